export type Language = 'vi' | 'en'

/** A text in each language; one of them is shown. */
export type Spoken = Readonly<Record<Language, string>>

/** Tells a person what happens in the demo, in one language. */
export interface Narrator {
  readonly language: Language
  /** Begins a part of the demo, such as a document. */
  part(text: Spoken): void
  /** A step that succeeded. */
  step(text: Spoken): void
  /** More about the step before. */
  detail(text: Spoken): void
  /** Something that cannot be shown on this machine, and why. */
  leftOut(text: Spoken): void
  /** The agency with a code: `Sở mẫu A (000.00.91.H03)`. */
  agency(code: string): string
  /** An instant (RFC 3339) in Vietnam's time. */
  time(instant: string): string
}
