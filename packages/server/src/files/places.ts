/** What an agent is told of where its files are. */
export interface Places {
  /** Null: none can be given here. */
  uploads: string | null;
  outputs: string;
  repositories: { url: string; path: string }[];
}
