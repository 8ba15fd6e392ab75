/**
 * The built-in tools that agents get: files, shell, web, subagents, plans and a list of what
 * is to do. Left out are those that
 * - reach other agents of the machine (SendMessage, ListAgents),
 * - start work that nobody waits for or pays for (Cron*, ScheduleWakeup, Monitor, Workflow),
 * - need a terminal (ReportFindings, EnterPlanMode, Enter- and ExitWorktree).
 * Tools of MCP servers come on top. A shorter list also halves the size of a request.
 */
export const BUILT_IN_TOOLS = [
  'Bash',
  'Read',
  'Write',
  'Edit',
  'NotebookEdit',
  'Glob',
  'Grep',
  'WebFetch',
  'WebSearch',
  'Agent',
  'TaskStop',
  // What earlier agents had as TodoWrite.
  'TaskCreate',
  'TaskGet',
  'TaskList',
  'TaskUpdate',
  'ExitPlanMode',
];

/** Skills exist only where a repository's own settings are loaded. */
export const SKILL_TOOL = 'Skill';

/** Only where somebody can answer. */
export const QUESTION_TOOL = 'AskUserQuestion';
