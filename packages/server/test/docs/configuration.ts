import { variableOf, type Setting } from '#src/config/setting.ts';
import { SETTINGS } from '#src/config/settings.ts';
import { MODEL_VARIABLES, TELEMETRY_VARIABLES } from '#src/config/variables.ts';

/** docs/reference/configuration.md, from the table of settings. */
export function describeConfiguration(): string {
  const settings: Setting<unknown>[] = Object.values(SETTINGS);
  const groups = [...new Set(settings.map((setting) => setting.group))];
  return `# Configuration

<!-- Written by \`npm run docs\` from packages/server/src/config/settings.ts. -->

\`bullpen serve --help\` says the same, with the defaults of your machine. Each setting has one name and three places;
the first that has it wins:

1. the flag: \`--idle-ttl 10m\`
2. the environment variable: \`BULLPEN_IDLE_TTL=10m\` (an empty one counts as absent)
3. a JSON file that \`--config\` or \`BULLPEN_CONFIG\` names: \`{ "idle-ttl": "10m", "port": 9000, "allowed-roots": ["/srv/a", "/srv/b"] }\`

Durations are written \`500ms\`, \`30s\`, \`10m\`, \`2h\`, \`7d\`; sizes \`512MiB\`, \`4GiB\`. Lists have commas between their items, or are arrays
in the file. Relative paths count from the directory in which the server is started. A wrong value stops the start, and so does a name
that is no setting (of variables: one that is nearly the name of a setting), with exit code 2 and one sentence: the setting, the value, and
what would be right. Secrets have no flag, because everybody on a machine can read the flags of a process.

${groups.map((group) => section(group, settings)).join('\n\n')}

## The model provider

These variables have the names that the Anthropic tools use. Agents never see them: they talk to the server's own gateway, which
adds the credential.

| variable | |
|---|---|
${variables(MODEL_VARIABLES)}

## OpenTelemetry

The standard variables; [operations.md](../guide/operations.md#traces) says what is sent. The protocol is OTLP over HTTP with protobuf.

| variable | |
|---|---|
${variables(TELEMETRY_VARIABLES)}
`;
}

function variables(names: Record<string, string>): string {
  return Object.entries(names)
    .map(([name, help]) => `| \`${name}\` | ${help} |`)
    .join('\n');
}

function section(group: string, settings: Setting<unknown>[]): string {
  const rows = settings.filter((setting) => setting.group === group).map(row);
  return `## ${group}\n\n| flag | variable | default | |\n|---|---|---|---|\n${rows.join('\n')}`;
}

function row(setting: Setting<unknown>): string {
  const flag = setting.secret
    ? `none; \`"${setting.name}"\` in the file`
    : `\`${`--${setting.name} ${setting.value.placeholder}`.trim()}\``;
  const fixed =
    typeof setting.fallback === 'string' && setting.fallback !== '' ? `\`${setting.fallback}\`` : 'none';
  return `| ${flag} | \`${variableOf(setting)}\` | ${setting.fallbackWords ?? fixed} | ${setting.help} |`;
}
