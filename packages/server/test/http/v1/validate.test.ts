import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { V1Error } from '#src/http/v1/errors.ts';
import { validateV1 } from '#src/http/v1/validate.ts';

const inner = z.strictObject({ id: z.string().min(2), size: z.int().max(9).optional() });
const tool = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('a'), inner }),
  z.strictObject({ type: z.literal('b'), names: z.array(z.string()).min(1).max(2) }),
]);
const schema = z.strictObject({
  name: z.string(),
  model: z.union([z.string(), inner]).optional(),
  tools: z.array(tool).optional(),
  flag: z.boolean().optional(),
  rate: z.number().min(0.5).optional(),
  level: z.enum(['low', 'high']).optional(),
  labels: z.record(z.string().max(3), z.string()).optional(),
  other: z
    .string()
    .refine((text) => text !== 'no', { error: 'Not no', params: { error_code: 'no_no' } })
    .optional(),
});

function validate(body: unknown, acceptUnknownFields = false): unknown {
  const request = { params: {}, query: {}, body, headers: {} };
  return validateV1({ body: schema }, request, { acceptUnknownFields }).body;
}

function faultOf(body: unknown, acceptUnknownFields = false): V1Error {
  try {
    validate(body, acceptUnknownFields);
  } catch (error) {
    if (error instanceof V1Error) return error;
    throw error;
  }
  throw new Error('There was no fault.');
}

describe('the first fault of a request', () => {
  it.each<[body: unknown, message: string]>([
    [undefined, 'name: Field required'],
    [[], 'Input should be a valid dictionary'],
    ['text', 'Input should be a valid dictionary'],
    [{ name: 1, flag: 2 }, 'name: Input should be a valid string'],
    [{ name: 'n', model: 1 }, 'model: Input should be a valid string'],
    [{ name: 'n', model: {} }, 'model.id: Field required'],
    [{ name: 'n', model: { id: 'm' } }, 'model.id: String should have at least 2 characters'],
    [{ name: 'n', model: { id: 'mm', size: 10 } }, 'model.size: Input should be less than or equal to 9'],
    [{ name: 'n', model: { id: 'mm', size: 1.5 } }, 'model.size: Input should be a valid integer'],
    [{ name: 'n', model: { id: 'mm', color: 1 } }, 'model.color: Extra inputs are not permitted'],
    [{ name: 'n', tools: {} }, 'tools: Input should be a valid list'],
    [{ name: 'n', tools: [{}] }, 'tools.0.type: Field required'],
    [{ name: 'n', tools: [{ type: 'c' }] }, "tools.0.type: Input should be 'a' or 'b'"],
    [{ name: 'n', tools: [{ type: 'a' }] }, 'tools.0.inner: Field required'],
    [{ name: 'n', tools: [{ type: 'b', names: [] }] }, 'tools.0.names: List should have at least 1 item'],
    [
      { name: 'n', tools: [{ type: 'b', names: ['1', '2', '3'] }] },
      'tools.0.names: List should have at most 2 items',
    ],
    [{ name: 'n', flag: 'true' }, 'flag: Input should be a valid boolean'],
    [{ name: 'n', rate: 0 }, 'rate: Input should be greater than or equal to 0.5'],
    [{ name: 'n', level: 'mid' }, "level: Input should be 'low' or 'high'"],
    [{ name: 'n', labels: { long: '' } }, 'labels.long: String should have at most 3 characters'],
    [{ name: 'n', labels: { a: 1 } }, 'labels.a: Input should be a valid string'],
    [{ name: 'n', color: 1, size: 2 }, 'color: Extra inputs are not permitted'],
  ])('is told in the words of the hosted API, by its field: %j', (body, message) => {
    const { status, type, message: told } = faultOf(body);
    expect({ status, type, told }).toEqual({ status: 400, type: 'invalid_request_error', told: message });
  });

  it('has the code that its field gives it', () => {
    expect(faultOf({ name: 'n', other: 'no' })).toMatchObject({
      message: 'other: Not no',
      details: { error_code: 'no_no' },
    });
    expect(faultOf({}).details).toBe(undefined);
  });
});

describe('a request with fields that are not known', () => {
  const body = {
    name: 'n',
    new: 1,
    model: { id: 'mm', new: 1 },
    tools: [
      { type: 'b', names: ['1'] },
      { type: 'a', inner: { id: 'ii', new: {} }, new: [] },
    ],
  };

  it('is taken without them, at every depth, when the operator wants it so', () => {
    expect(validate(body, true)).toEqual({
      name: 'n',
      model: { id: 'mm' },
      tools: [
        { type: 'b', names: ['1'] },
        { type: 'a', inner: { id: 'ii' } },
      ],
    });
    // What was sent stays as it is.
    expect(body.model).toEqual({ id: 'mm', new: 1 });
  });

  it('is refused for what else is wrong with it', () => {
    expect(faultOf({ ...body, flag: 'x' }, true).message).toBe('flag: Input should be a valid boolean');
    expect(faultOf({ ...body, model: { new: 1 } }, true).message).toBe('model.id: Field required');
  });
});
