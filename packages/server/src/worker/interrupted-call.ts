/** What stands in place of the result of a call that waited for the client when it was interrupted. */
export const INTERRUPTED_CALL = 'Tool execution was interrupted before completion. Please retry.';
