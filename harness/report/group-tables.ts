import { curvatureTable } from './curvature.js';
import { differencesTable } from './differences.js';
import { paperTable } from './paper/section.js';
import { placesOf } from './places.js';
import { resultsTable, runsTable } from './sections.js';
import type { GroupSummary, RunGroup } from './summary.js';
import type { Table } from './tables/table.js';
import { timesTable } from './times-table.js';

/** The tables of a group, those that there is anything for. */
export interface GroupTables {
  readonly results: Table;
  readonly paper: Table | undefined;
  readonly times: Table | undefined;
  readonly differences: Table | undefined;
  readonly curvature: Table | undefined;
  readonly runs: Table;
}

/** `page`: the file of the page that they are in; `jobs`: runs side by side, where that is known. */
export function groupTables(
  group: RunGroup,
  summary: GroupSummary,
  { page, jobs }: { readonly page: string; readonly jobs: number | undefined },
): GroupTables {
  const places = placesOf(group, summary, page);
  return {
    results: resultsTable(summary, places),
    paper: paperTable(summary, places),
    times: timesTable(group, summary, places, jobs),
    differences: differencesTable(summary),
    curvature: curvatureTable(group, summary, places),
    runs: runsTable(group, summary, places),
  };
}
