import path from 'node:path';
import type { ComparedRun, GroupSummary, RunGroup } from './summary.js';
import type { RichCell } from './tables/table.js';

/** Where in a page, and beside it, the runs are that its figures come from. */
export interface Places {
  /** A variant, leading to its rows in the table of runs. */
  variant(variant: string): RichCell;
  /** That the first run of a variant has there; undefined for others. */
  id(run: ComparedRun): string | undefined;
  /** The folder of a run as a path from the page; undefined for one that has none. */
  folder(run: ComparedRun): string | undefined;
}

/** `page`: the file that the page will be. */
export function placesOf(group: RunGroup, { variants }: GroupSummary, page: string): Places {
  const names = variants.map(({ variant }) => variant);
  const idOf = (variant: string): string => `runs-${fileName(group.name)}-${names.indexOf(variant)}`;
  return {
    variant: (variant) => ({ text: variant, link: `#${idOf(variant)}` }),
    id: (run) => (group.runs.find(({ variant }) => variant === run.variant) === run ? idOf(run.variant) : undefined),
    folder: ({ record }) =>
      record && (path.relative(path.dirname(page), record.folder) || '.').replaceAll(path.sep, '/'),
  };
}

/** A name with what file names and links may not have in it replaced. */
export function fileName(name: string): string {
  return name.replace(/[^\w.-]+/g, '-');
}

/** The address of a path. */
export function addressOf(place: string): string {
  return `${place.split('/').map(encodeURIComponent).join('/')}/`;
}
