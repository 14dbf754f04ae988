import { type GroupTables, groupTables } from './group-tables.js';
import { joinedGroups } from './joined.js';
import { type OverallDifference, overallDifferences } from './overall.js';
import { overviewTables } from './overview.js';
import type { ReportSource } from './source.js';
import { type GroupSummary, type RunGroup, summarise } from './summary.js';
import type { Table } from './tables/table.js';

/** A group with all that is shown of it. */
export interface Summarised {
  readonly group: RunGroup;
  readonly summary: GroupSummary;
  readonly tables: GroupTables;
}

/** What a page is made of. */
export interface Contents {
  readonly title: string;
  readonly sources: readonly ReportSource[];
  readonly groups: readonly Summarised[];
  /** Those of several groups. */
  readonly overview: readonly Table[];
  readonly overall: readonly OverallDifference[];
  /** Runs side by side, where that is known. */
  readonly jobs: number | undefined;
}

/** What the page of one folder, or of several, will be made of; `page`: its file. */
export function contentsOf(sources: readonly ReportSource[], page: string): Contents {
  const groups = joinedGroups(sources);
  const jobs = sources.length === 1 ? sources[0].jobs : undefined;
  const summarised = groups.map((group) => {
    const summary = summarise(group);
    return { group, summary, tables: groupTables(group, summary, { page, jobs }) };
  });
  const summaries = summarised.map(({ summary }) => summary);
  const overall = overallDifferences(summaries);
  return {
    title: sources.length === 1 ? sources[0].title : groups.map(({ name }) => name).join(', '),
    sources,
    groups: summarised,
    overview: overviewTables(summaries, overall),
    overall,
    jobs,
  };
}
