/** Not there yet. */
export default function InboxPage() {
  return null
}
