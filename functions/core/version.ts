/** The version in the User-Agent of every request. The same as in package.json; a test compares them. */
export const VERSION = '0.1.0'
