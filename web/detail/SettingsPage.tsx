/** Not there yet. */
export default function SettingsPage() {
  return null
}
