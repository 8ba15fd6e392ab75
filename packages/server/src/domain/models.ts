/** A model as the provider describes it. */
export interface ProviderModel {
  id: string;
  [field: string]: unknown;
}

/** Which models the provider has. Both reject with ModelsUnavailable. */
export interface Models {
  /** In the provider's order. `withRetired`: also those that cannot be used any more. */
  list(options: { withRetired: boolean }): Promise<ProviderModel[]>;
  /** Undefined: it has no such model. It may know it by more names than the listed one. */
  find(id: string): Promise<ProviderModel | undefined>;
}

/** The provider did not say which models it has. */
export class ModelsUnavailable extends Error {
  override name = 'ModelsUnavailable';
  /** What it answered instead; undefined: nothing, or nothing of use. */
  readonly status: number | undefined;
  readonly retryAfter: string | undefined;

  constructor(answer: { status?: number; retryAfter?: string | null } = {}, options?: ErrorOptions) {
    super('The model provider did not say which models it has', options);
    this.status = answer.status;
    this.retryAfter = answer.retryAfter ?? undefined;
  }
}
