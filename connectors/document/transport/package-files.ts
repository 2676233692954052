import type { FileContent, FoundFile } from '../../shared-formats/folder/plain-files.ts'

/** The folders that a document system shares with the bus. */
export const folders = ['in', 'out', 'sent', 'refused', 'writing'] as const
export type Folder = (typeof folders)[number]

/**
 * The files in the folders, on this machine or on a server. Others can write to the folders: only regular files are
 * read, links are never followed, and existing files are never written to. Every method but `lookAt` rejects if the
 * folder is missing or is a link.
 */
export interface PackageFiles {
  /** Whether the times of files come from the clock of this machine. */
  readonly hasOwnClock: boolean
  /** Whether an identity tells apart any two files; otherwise it is made of the file's time in seconds and its size. */
  readonly identifiesAny: boolean
  list(folder: Folder): Promise<ReadonlyMap<string, FoundFile>>
  lookAt(folder: Folder, name: string): Promise<FoundFile>
  /** The identity of a regular file, however many names it has; undefined if there is none. */
  identityAt(folder: Folder, name: string): Promise<string | undefined>
  /**
   * Reads the file of this identity: `maxBytes` and one more if it is larger. Undefined if it has changed since or
   * another file has its name. Rejects if the signal aborts, where reading may take long.
   */
  read(
    folder: Folder,
    name: string,
    expected: ExpectedFile,
    signal?: AbortSignal
  ): Promise<Buffer | undefined>
  /** Creates a file, durably, or nothing. Rejects if anything has this name already, a link included. */
  write(folder: Folder, name: string, content: FileContent, signal?: AbortSignal): Promise<void>
  /** Renames a file into another folder, durably. Replaces what has the name there. */
  move(from: FilePlace, to: FilePlace): Promise<void>
  remove(folder: Folder, name: string): Promise<void>
  /** The failure as an error of ours. */
  toFault(error: unknown): Error
  close(): Promise<void>
}

export interface ExpectedFile {
  readonly identity: string
  readonly maxBytes: number
}

export type FilePlace = readonly [folder: Folder, name: string]
