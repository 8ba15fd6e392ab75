export const environments = {
  new: 'New environment',
  search: 'Search environments',
  showArchived: 'Show archived',
  notFound: 'No environment fits.',
  name: 'Name',
  description: 'Description',
  metadata: 'Metadata',
  changed: 'Changed',
  actions: 'Actions',
  about:
    'Sessions of /v1 name one. On this server each works in a directory of its own, held by its sandbox.',
  edit: 'Change {{name}}',
  change: 'Change…',
  copyId: 'Copy the ID',
  menu: 'More for {{name}}',
  saved: '{{name}} was saved.',
  archived: '{{name}} was archived.',
  deleted: '{{name}} was deleted.',
  askArchive: 'Archive {{name}}?',
  askArchiveText:
    'It can no longer be changed, and no new session can use it. Sessions that are there go on. This cannot be taken back.',
  askDelete: 'Delete {{name}}?',
  askDeleteText: 'Sessions in it go on. This cannot be taken back.',
  empty: {
    title: 'No environments yet',
    text: 'A session of /v1 is created in an environment. One is enough for most; more of them tell projects or teams apart.',
  },
} as const;
