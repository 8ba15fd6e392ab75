/** There is no such file, or it is somebody else's. */
export class FileNotFound extends Error {
  override name = 'FileNotFound';
}

/** Its time is over, and its bytes are gone. */
export class FileExpired extends Error {
  override name = 'FileExpired';
}

/** What a session was given to read is not there to be fetched. */
export class FileNotDownloadable extends Error {
  override name = 'FileNotDownloadable';
}

/** It is what a session was given: it goes with that. */
export class FileInUse extends Error {
  override name = 'FileInUse';
}

/** Its bytes, or the files of its session, are on the disk of another node. */
export class FileElsewhere extends Error {
  override name = 'FileElsewhere';
}

/** The session is being deleted, or never was. */
export class SessionGone extends Error {
  override name = 'SessionGone';
}

export class ResourceNotFound extends Error {
  override name = 'ResourceNotFound';
}

/** The session works in it. */
export class ResourceInUse extends Error {
  override name = 'ResourceInUse';
}

/** Only a repository has a token. */
export class NoSecret extends Error {
  override name = 'NoSecret';
}

/** Something of a resource that was asked for cannot be. `index`: which of those that were asked for. */
export class InvalidResource extends Error {
  override name = 'InvalidResource';
  readonly index: number;
  readonly field: 'file_id' | 'mount_path' | 'type';
  /** `not_found`: there is no such file. `expired`: there was one. */
  readonly reason: 'not_found' | 'expired' | 'invalid';

  constructor(
    index: number,
    field: InvalidResource['field'],
    message: string,
    reason: InvalidResource['reason'] = 'invalid',
  ) {
    super(message);
    this.index = index;
    this.field = field;
    this.reason = reason;
  }
}

/** Another request with the same Idempotency-Key was carried out meanwhile. */
export class UploadRepeated extends Error {
  override name = 'UploadRepeated';
}
