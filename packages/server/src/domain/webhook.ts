/** What a message to the operator's webhook tells of. */
export type WebhookType = 'run.completed' | 'run.failed' | 'run.cancelled' | 'approval.requested';

/** `pending`: it is sent, or sent again, when its time comes. `failed`: it was given up. */
export const DELIVERY_STATES = ['pending', 'delivered', 'failed'] as const;

export type DeliveryState = (typeof DELIVERY_STATES)[number];
