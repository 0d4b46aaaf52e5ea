/** The same object with its keys in the order of the list. jsonb sorts keys by length, but leaves arrays such as `required` alone. */
export function inOrderOf<Value>(object: Record<string, Value>, names: unknown): Record<string, Value> {
  const order = Array.isArray(names) ? names : []
  const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length)
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => place(a) - place(b)))
}
