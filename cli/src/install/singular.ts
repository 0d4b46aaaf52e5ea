/** What one row of a table is called: `entries` → `entry`, `addresses` → `address`. webhooks.attach() has the same rules. */
export function singular(name: string): string {
  if (/(ss|us|is)$/.test(name)) return name // address, status, analysis: they are no plurals
  return name.replace(/(..)ies$/, '$1y').replace(/(?<=ss|x|ch|sh)es$|s$/, '')
}
