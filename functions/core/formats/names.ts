/** Our event type → the name under which a format sends it. A type that is not there is sent under its own. */
export type Names = Readonly<Record<string, string>>

/** The name of an event in a format's bodies. */
export function nameOf(names: Names, type: string): string {
  return Object.hasOwn(names, type) ? names[type]! : type
}

/**
 * Event types from names that may be a format's own, so that a list written for another product can be used as it is:
 * `message_status` stands for the four types that are sent under it. Our own names stay as they are.
 */
export function typesOf(names: Names, wanted: readonly string[]): string[] {
  return wanted.flatMap((name) => {
    const types = Object.keys(names).filter((type) => names[type] === name)
    return types.length > 0 ? types : [name]
  })
}
