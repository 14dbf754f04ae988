import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { metricsOf, run, start } from '../command-line.js';
import { temporaryFolder } from '../helpers.js';
import { tinySweep, TINY_RUNS } from './tiny-sweep.js';

describe('newton-losses sweep --slurm', function() {
  this.timeout(120_000);
  const folder = temporaryFolder();
  const at = (...parts: string[]): string => path.join(folder(), ...parts);
  before(function() {
    if (process.platform === 'win32') this.skip();
  });

  it('prints a script whose tasks make the runs, of which `report` makes the page', async () => {
    const words = [...tinySweep(folder()), '--seeds', '1', '--backend', 'wasm', '--out'];
    const printed = await run('sweep', ...words, at('a folder'), '--slurm', '--jobs', '3');
    expect(printed.code, printed.stderr).to.equal(0);
    expect(printed.stdout).to.match(/^#!\/bin\/bash\n/).and.match(/^#SBATCH --array=1-4%3$/m);
    expect(printed.stderr).to.match(/^4 runs, .*for the report: newton-losses report '.*a folder'$/m);
    writeFileSync(at('array.sh'), printed.stdout);
    for (const task of ['1', '4']) {
      execFileSync('/bin/bash', [at('array.sh')], { env: { PATH: '/usr/bin:/bin', SLURM_ARRAY_TASK_ID: task } });
    }
    expect((await run('report', at('a folder'))).code).to.equal(0);
    expect(readFileSync(at('a folder', 'report.html'), 'utf8')).to.contain('newton-losses sweep').and.contain(
      '<h1>knapsacks</h1>',
    );
    const again = await run('sweep', ...words, at('a folder'), '--slurm');
    expect(again.stdout).to.match(/^#SBATCH --array=1-2$/m);
    const whole = await run('sweep', ...words, at('whole'));
    expect(whole.code, whole.stderr).to.equal(0);
    for (const name of [TINY_RUNS[0], TINY_RUNS[3]]) {
      expect(metricsOf(at('a folder', name))).to.equal(metricsOf(at('whole', name)));
    }
    const byNpx = await start(['sweep', ...words, at('whole'), '--slurm'], { env: { npm_command: 'exec' } }).ended;
    expect(byNpx.stderr).to.match(/^all runs are finished; for the report: npx newton-losses report /m);
  });
});
