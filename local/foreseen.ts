/** Something we expected might go wrong. Its message is a sentence for the user, who needs no stack trace. */
export class Foreseen extends Error {}

const reasons: Record<string, string> = {
  EACCES: 'it may not be written by this user',
  EPERM: 'it may not be written by this user',
  EROFS: 'it is on a read-only file system',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'a file of that name is in the way',
  ENOENT: 'it cannot be made there',
}

/** Turns a file system error into a sentence about the data folder; anything else is passed through. */
export function explainFileError(error: unknown, folder: string): unknown {
  const reason = reasons[(error as NodeJS.ErrnoException)?.code ?? '']
  return reason ? new Foreseen(`Cannot use the data folder ${folder}: ${reason}. Choose another one with TABLEHOOK_DATA=/some/folder.`) : error
}
