/** Not there yet. */
export default function CatalogPage() {
  return null
}
