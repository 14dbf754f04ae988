import { LossError } from '../../core/errors.js';
import { loadMnist } from './mnist.js';
import { findSizes, sizeName, splits } from './warcraft/files.js';
import { readWarcraft } from './warcraft/read.js';

/** A data set as `newton-losses doctor` shows it: what was found, or why it was not. */
export type DatasetReport =
  & { readonly name: string }
  & (
    | { readonly found: true; readonly folder: string; readonly counts: Readonly<Record<string, number>> }
    | { readonly found: false; readonly reason: string }
  );

/** Every data set the tasks use, read to the end, so that what is reported as found also works. */
export async function findDatasets(folder?: string): Promise<DatasetReport[]> {
  return [await findMnist(folder), ...(await findWarcraft(folder))];
}

function findMnist(folder: string | undefined): Promise<DatasetReport> {
  return reported('mnist', async () => {
    const { folder: where, train, test } = await loadMnist(folder);
    return { folder: where, counts: { train: train.count, test: test.count } };
  });
}

/** One report for each size in the folder. */
async function findWarcraft(folder: string | undefined): Promise<DatasetReport[]> {
  if (folder === undefined) {
    return [{ name: 'warcraft', found: false, reason: 'no folder is given by --data DIR; maps are drawn instead' }];
  }
  const sizes = findSizes(folder);
  if (sizes.length === 0) {
    return [{
      name: 'warcraft',
      found: false,
      reason: `no maps in ${folder}, its folders 12x12, 18x18, ... or an unpacked archive`,
    }];
  }
  const reports: DatasetReport[] = [];
  for (const size of sizes) {
    reports.push(
      await reported(`warcraft ${sizeName(size)}`, async () => {
        const counts: Record<string, number> = {};
        for (const split of splits) counts[split] = (await readWarcraft(folder, split, { size })).count;
        return { folder, counts };
      }),
    );
  }
  return reports;
}

async function reported(
  name: string,
  find: () => Promise<{ folder: string; counts: Record<string, number> }>,
): Promise<DatasetReport> {
  try {
    return { name, found: true, ...(await find()) };
  } catch (error) {
    if (!(error instanceof LossError)) throw error;
    return { name, found: false, reason: error.message };
  }
}
