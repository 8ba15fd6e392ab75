import { expect, it } from 'vitest';
import { changeUpload, nextUploads, type Upload } from '../../../src/pages/files/uploads.ts';

const upload = (id: number, state: Upload['state']): Upload => ({
  id,
  name: 'a',
  size: 1,
  state,
  progress: 0,
});

it('sends two at a time, in their order', () => {
  const all = [upload(1, 'waiting'), upload(2, 'waiting'), upload(3, 'waiting')];
  expect(nextUploads(all).map(({ id }) => id)).toEqual([1, 2]);
  expect(nextUploads(changeUpload(all, 1, { state: 'sending' })).map(({ id }) => id)).toEqual([2]);
  expect(nextUploads([upload(1, 'sending'), upload(2, 'sending'), upload(3, 'waiting')])).toEqual([]);
});

it('one that failed holds up nothing', () => {
  expect(nextUploads([upload(1, 'failed'), upload(2, 'done'), upload(3, 'waiting')])).toHaveLength(1);
});
