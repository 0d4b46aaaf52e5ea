/** Not there yet. */
export default function DeliveryPanel() {
  return null
}
