/** Something that the person at the terminal can put right: shown as its sentence, without a stack. */
export class Refused extends Error {
  override name = 'Refused'
}
