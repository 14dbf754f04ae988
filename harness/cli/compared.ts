import type { Compared } from '../compare/carry-out.js';
import { valueText } from '../experiments/setting-text.js';
import { textTable } from '../report/text-table.js';
import { type Display, type Extent, openDisplay } from '../terminal/display.js';
import { note, print, printJson } from '../terminal/output.js';
import type { Stop } from '../terminal/stop.js';

/** Says first how many runs need not be made. */
export function openCountedDisplay(extent: Extent): Display {
  const { planned, finished } = extent;
  if (finished > 0) note(`${finished} of ${planned} runs are finished already`);
  return openDisplay(extent);
}

/**
 * Prints what failed, what runs have come to, which `tell` says, and where it is not all, what to type to go on. The exit
 * code, 0 where all runs are finished and none has failed.
 */
export function endOf(compared: Compared, stop: Stop, again: string, tell: () => void): number {
  const { runs, finished, failures } = compared;
  for (const [run, message] of Object.entries(failures)) note(`failed: ${run}: ${message}`);
  tell();
  if (finished === 0) note('no run is finished: there is nothing to compare yet');
  if (finished === runs && Object.keys(failures).length === 0) return 0;
  note(`${finished} of ${runs} runs are finished; to go on: ${again}`);
  return stop.signal.aborted ? stop.code : 1;
}

/** Prints the tables of a comparison or a sweep. */
export function tellTables({ report, groups, overall }: Compared, json = false): void {
  if (json) return printJson({ report, groups, overall });
  for (const group of groups) print(`\n${group.name}\n\n${textTable(group)}\n`);
  print(`report: ${report}`);
}

/** Options that are given as often as one likes. */
interface Repeated {
  readonly grid?: readonly string[];
  readonly set?: Readonly<Record<string, unknown>> | undefined;
  readonly registry: readonly string[];
}

/** Options as they are typed: those that are given and are not the default, then those that may be there several times. */
export function optionWords(
  single: Readonly<Record<string, unknown>>,
  { grid = [], set = {}, registry }: Repeated,
  defaults: Readonly<Record<string, unknown>>,
): string[] {
  const flags = [
    ...Object.entries(single).filter(([name, value]) => value !== undefined && value !== defaults[name]),
    ...grid.map((axis) => ['grid', axis]),
    ...Object.entries(set).map(([at, value]) => ['set', `${at}=${valueText(value)}`]),
    ...registry.map((file) => ['registry', file]),
  ];
  return flags.flatMap(([name, value]) => [`--${String(name)}`, String(value)]);
}
