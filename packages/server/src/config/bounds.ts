import type { Bounds } from '../config.ts';
import { DAY } from '../lib/duration.ts';
import type { Setting } from './setting.ts';
import type { SettingReader } from './sources.ts';
import { duration, size, wholeNumber } from './value.ts';

const days = wholeNumber(0, 36_500);

/** The settings that keep a server from growing without end. 0 is no limit in all of them. */
export const BOUND_SETTINGS = {
  maxQueue: {
    name: 'max-queue',
    group: 'Limits',
    help: 'sessions that may wait for an agent; further work is refused with 503; 0 for no limit',
    value: wholeNumber(0, 1_000_000),
    fallback: '1000',
  },
  maxSessionEvents: {
    name: 'max-session-events',
    group: 'Limits',
    help: 'events in the log of one session; with more its run ends in error and it cannot be resumed; 0 for no limit',
    value: wholeNumber(0, 1_000_000_000),
    fallback: '100000',
  },
  maxSessionBytes: {
    name: 'max-session-bytes',
    group: 'Limits',
    help: 'size of the log of one session and of the outputs kept beside it; the same happens; 0 for no limit',
    value: size('64KiB'),
    fallback: '1GiB',
  },
  maxToolOutput: {
    name: 'max-tool-output',
    group: 'Limits',
    help: 'how much of one tool output, text or tool input is in the messages; the whole is in a file; 0 for no limit',
    value: size('4KiB'),
    fallback: '256KiB',
  },
  maxStreams: {
    name: 'max-streams',
    group: 'Limits',
    help: 'streams that may be open at once; further ones are refused with 503; 0 for no limit',
    value: wholeNumber(0, 1_000_000),
    fallback: '5000',
  },
  streamStall: {
    name: 'stream-stall',
    group: 'Limits',
    help: 'a stream whose reader takes nothing for so long is ended; the reader can come back with its last id',
    value: duration('100ms', '1h'),
    fallback: '2m',
  },
  minFreeDisk: {
    name: 'min-free-disk',
    group: 'Limits',
    help: 'with less free space for the data dir, new work is refused with 503; 0 for no limit',
    value: size('1MiB'),
    fallback: '256MiB',
  },
  keepSessionsDays: {
    name: 'keep-sessions-days',
    group: 'Retention',
    help: 'days after its end for which a session is kept, with all that belongs to it; 0 for ever',
    value: days,
    fallback: '0',
  },
  keepTranscriptsDays: {
    name: 'keep-transcripts-days',
    group: 'Retention',
    help: "days after its end for which a session can be resumed: then the agent's own transcript goes; 0 for ever",
    value: days,
    fallback: '0',
  },
  keepWorkspacesDays: {
    name: 'keep-workspaces-days',
    group: 'Retention',
    help: "days after its end for which a session's own directory is kept; a cwd that clients name stays; 0 for ever",
    value: days,
    fallback: '0',
  },
} satisfies Record<string, Setting<unknown>>;

export function readBounds({ read }: SettingReader): Bounds {
  return {
    maxQueue: read(BOUND_SETTINGS.maxQueue),
    maxSessionEvents: read(BOUND_SETTINGS.maxSessionEvents),
    maxSessionBytes: read(BOUND_SETTINGS.maxSessionBytes),
    maxToolOutputBytes: read(BOUND_SETTINGS.maxToolOutput),
    maxStreams: read(BOUND_SETTINGS.maxStreams),
    streamStallMs: read(BOUND_SETTINGS.streamStall),
    minFreeDiskBytes: read(BOUND_SETTINGS.minFreeDisk),
    keepSessionsMs: read(BOUND_SETTINGS.keepSessionsDays) * DAY,
    keepTranscriptsMs: read(BOUND_SETTINGS.keepTranscriptsDays) * DAY,
    keepWorkspacesMs: read(BOUND_SETTINGS.keepWorkspacesDays) * DAY,
  };
}
