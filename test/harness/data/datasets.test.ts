import { rmSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { type DatasetReport, findDatasets } from '../../../harness/data/datasets.js';
import { writeWarcraft } from '../../../harness/data/warcraft/write.js';
import { temporaryFolder } from '../helpers.js';

describe('findDatasets', () => {
  const folder = temporaryFolder();
  const counts = { train: 3, val: 1, test: 2 };
  const write = (place: string, size: number): Promise<string> => writeWarcraft(place, { size, counts, seed: 0 });
  const found = async (place = folder()): Promise<DatasetReport[]> =>
    (await findDatasets(place)).filter(({ name }) => name.startsWith('warcraft'));

  it('says of Warcraft maps which sizes there are, in whichever of the folders', async () => {
    await write(folder(), 12);
    await write(path.join(folder(), 'warcraft_shortest_path_oneskin'), 3);
    const report = (size: number, place = folder()): DatasetReport => ({
      name: `warcraft ${size}x${size}`,
      found: true,
      folder: place,
      counts,
    });
    expect(await found()).to.deep.equal([report(3), report(12)]);
    expect(await found(path.join(folder(), '12x12'))).to.deep.equal([report(12, path.join(folder(), '12x12'))]);
  });

  it('says what is wrong with them', async () => {
    await write(folder(), 3);
    truncateSync(path.join(folder(), '3x3', 'val_maps.npy'), 1000);
    const [cut] = await found();
    expect(cut).to.deep.include({ name: 'warcraft 3x3', found: false });
    expect((cut as { reason: string }).reason).to.match(/val_maps\.npy/);
    rmSync(path.join(folder(), '3x3'), { recursive: true });
    const [missing] = await found();
    expect(missing).to.include({ name: 'warcraft', found: false });
  });

  it('does not look for maps where no folder is given, since then they are drawn', async () => {
    const report = (await findDatasets()).at(-1)!;
    expect(report).to.include({ name: 'warcraft', found: false });
    expect((report as { reason: string }).reason).to.match(/--data DIR/);
  });
});
