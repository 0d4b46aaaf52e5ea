/** Not there yet. */
export default function WebhooksPage() {
  return null
}
