/** Not there yet. */
export default function OverviewPage() {
  return null
}
