/**
 * Everything that can be weak or misconfigured in a server: what is so, and what to do. `values`: what is in the text and
 * differs, so that it can be said in other words and languages by the code.
 */
const WARNINGS = {
  database_away: () =>
    'The database does not answer, or its disk is full: no new work is taken, and runs wait. Look at the database, and at the log of the server.',
  disk_low: ({ free_bytes: free, min_free_bytes: limit }) =>
    `The disk of the data directory is nearly full: ${mebibytes(free)} MiB are free, and new work is taken from ${mebibytes(limit)} MiB on. Delete old sessions, or set keep-sessions-days.`,
  memory_low: ({ free_bytes: free, min_free_bytes: limit }) =>
    `Memory is short: ${mebibytes(free)} MiB are free, and with less than ${mebibytes(limit)} MiB no agent starts beside others. Lower max-agents, or give the server more memory.`,
  allowed_root_missing: ({ path }) =>
    `The allowed root ${path} does not exist any more: no session can work in it. Make it again, or change BULLPEN_ALLOWED_ROOTS and restart.`,
  null_origin_allowed: () =>
    'Any web page can call this server, because the origin "null" is allowed: every page can take it. Remove it from BULLPEN_CORS_ORIGINS and restart.',
  no_api_keys: () =>
    'There are no API keys: every user and every program on this machine, agents too, can start agents with your rights, read your sessions and spend your money. Set BULLPEN_API_KEYS unless you trust them all.',
  other_machines_refused: ({ host }) =>
    `The server listens on ${host}, but refuses other machines: the name that they use is not known. Add it to BULLPEN_ALLOWED_HOSTS and restart.`,
  sandbox_process_group: ({ reason }) =>
    `Agents are held by process group only${because(reason)}: they see the files, processes and environment of the server, and a command that hides well can outlive its session. Install bubblewrap, or run the server in a container or a virtual machine.`,
  sandbox_namespace: ({ reason }) =>
    `Agents are held by a PID namespace only${because(reason)}: they see the files of the server, its database too. Install bubblewrap, or run the server in a container or a virtual machine.`,
  agents_outlive_server: ({ reason }) =>
    `Agents go on when the server is killed${because(reason)}. The next start ends what it finds of them; install bubblewrap so that none can.`,
  runs_as_root: () =>
    'The server runs as root, and so do its agents: they may change the system. Run it as a user of its own.',
  whole_disk_allowed: () =>
    'Sessions may work in every directory, because / is an allowed root. Name the directories that agents need in BULLPEN_ALLOWED_ROOTS and restart.',
  disk_nearly_full: ({ free_percent: percent }) =>
    `Of the disk of the data directory ${percent} % are free. Delete old sessions, or set keep-sessions-days.`,
  no_limits: ({ settings }) =>
    `Nothing bounds what these settings are for, because they are 0: ${settings}. Remove them to get their defaults, or set numbers, and restart.`,
  demo_mode: () =>
    'A script plays the model: no answer is real, and nothing costs money. Set ANTHROPIC_API_KEY, without --demo, and restart.',
} as const satisfies Record<string, (values: Values) => string>;

type Values = Record<string, string | number>;

export type WarningCode = keyof typeof WARNINGS;

/** In the order in which they are told: the most serious first. */
export const WARNING_CODES = Object.keys(WARNINGS) as [WarningCode, ...WarningCode[]];

export interface Warning {
  code: WarningCode;
  text: string;
  values: Values;
}

export function createWarning(code: WarningCode, values: Values = {}): Warning {
  return { code, text: WARNINGS[code](values), values };
}

function because(reason: string | number | undefined): string {
  return reason ? ` (${reason})` : '';
}

function mebibytes(bytes: string | number | undefined): number {
  return Math.floor(Number(bytes) / 2 ** 20);
}
