/** A frame of a stream of server-sent events. */
export interface Frame {
  event: string;
  id: string | undefined;
  data: string;
}

/** Gives `onFrame` every frame of a stream that arrives in chunks. */
export function createFrameReader(onFrame: (frame: Frame) => void): (chunk: Buffer) => void {
  let rest = '';
  return (chunk) => {
    rest += chunk.toString();
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
      const lines = rest.slice(0, end).split('\n');
      rest = rest.slice(end + 2);
      const valueOf = (name: string): string | undefined =>
        lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      const data = valueOf('data');
      if (data !== undefined) onFrame({ event: valueOf('event') ?? 'message', id: valueOf('id'), data });
    }
  };
}
