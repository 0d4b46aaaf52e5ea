import type { EventType } from '../data/catalog.ts'
import { t } from '../words/events.ts'

/** Event types by category, in the order in which the categories first appear. */
export function byCategory<Type extends Pick<EventType, 'category'>>(types: readonly Type[]): [category: string, types: Type[]][] {
  const groups = new Map<string, Type[]>()
  for (const type of types) groups.set(type.category, [...(groups.get(type.category) ?? []), type])
  return [...groups]
}

/** What a category is called. An app may have added its own: those show the name they were given. */
export function categoryName(category: string): string {
  return t.find(`category.${category}`) ?? category.charAt(0).toUpperCase() + category.slice(1).replaceAll('_', ' ')
}
