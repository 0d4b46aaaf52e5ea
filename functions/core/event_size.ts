/** What an event may have as JSON, its data and old values together. A larger one is captured, and never sent. */
export const MAX_EVENT_BYTES = 1024 * 1024
