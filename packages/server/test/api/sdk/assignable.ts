// The constraints are the checks: the compiler says best by itself what does not fit.

/**
 * Compiles only if every answer of our type is one of the type that the SDK declares:
 * `answersAs<BetaEnvironment, z.output<typeof environment>>()`.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
export function answersAs<Theirs, _Ours extends Lax<Theirs>>(): void {}

/**
 * Compiles only if we take every request that the SDK's type allows:
 * `takes<EnvironmentCreateParams, z.input<typeof createBody>>()`.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
export function takes<_Theirs extends Lax<Ours>, Ours>(): void {}

/** The compiler tells a property that is undefined from one that is absent, JSON does not. */
type Lax<T> = T extends object
  ? { [Name in keyof T]: Lax<T[Name]> | (object extends Pick<T, Name> ? undefined : never) }
  : T;
