import { Command, Option } from '../packages/commander.js';
import {
  backend,
  between,
  data,
  factors,
  finite,
  integerFrom,
  json,
  queue,
  registry,
  repeated,
  setting,
  threads,
  workers,
} from './arguments.js';
import type { PluginKind } from '../../core/plugin-calls.js';
import { ownVersion } from './package-version.js';

/** The command line. Commands are imported when they are called: `list` need not wait for tfjs to load. */
export function createProgram(): Command {
  const program = new Command('newton-losses')
    .description('Train networks with algorithmic losses, plain or as Newton losses.')
    .version(ownVersion)
    .option('--debug', 'print the stacks of errors (also NEWTON_LOSSES_DEBUG=1)')
    .exitOverride();
  addList(program);
  addInfo(program);
  addTrain(program);
  addCompare(program);
  addSweep(program);
  addTune(program);
  addWorker(program);
  addReport(program);
  addLandscape(program);
  addPower(program);
  addRuns(program);
  addExport(program);
  addGenerate(program);
  addConformance(program);
  addDiagnose(program);
  addNew(program);
  addSchemas(program);
  addDoctor(program);
  program.commands.forEach((command) => command.showHelpAfterError(optionsText(command)));
  return program;
}

/** What a command used wrongly is followed by. */
function optionsText({ options }: Command): string {
  return options.length === 0 ? '(it has no options)' : `(options: ${options.map(({ long }) => long).join(', ')})`;
}

function addList(program: Command): void {
  program
    .command('list [text]')
    .description('the losses, algorithms, tasks, models and presets there are, or those with a text in name or title')
    .addOption(registry())
    .addOption(json())
    .action(async (text, options) => (await import('./commands/list.js')).list(text, options));
}

function addInfo(program: Command): void {
  program
    .command('info <name>')
    .description(
      'all about a loss (source, parameters, target, capabilities, the curvature that `auto` chooses), an algorithm, a task (its targets, metrics) or a model',
    )
    .addOption(registry())
    .addOption(json())
    .action(async (name, options) => (await import('./commands/info.js')).info(name, options));
}

function addTrain(program: Command): void {
  program
    .command('train <experiment>')
    .description('train a network: a preset (see list), an experiment file (*.json), or with --resume a run folder')
    .option('--out <dir>', 'run folder (default: runs/<experiment>/seed-<seed>)')
    .option('--resume', 'go on where the run folder holds a run of this experiment; else begin')
    .option('--seed <n>', 'seed of weights, batches and noise', integerFrom(Number.MIN_SAFE_INTEGER))
    .option('--steps <n>', 'number of updates', integerFrom(1))
    .option('--curvature <name>', 'auto, hessian, fisher, gauss-newton or none')
    .option('--lambda <x>', 'damping of the curvature', finite)
    .option(
      '--set <path=value>',
      'any other value of the experiment, e.g. loss.params.temperature=0.5; may be repeated',
      setting,
    )
    .option('--quiet', 'no progress')
    .addOption(registry())
    .addOption(backend())
    .addOption(threads())
    .addOption(workers('one a core'))
    .addOption(data())
    .option('--same-data-as <dir>', 'a run folder: refuse to learn from other data than that run')
    .addOption(json())
    .action(async (experiment, options) => {
      process.exitCode = await (await import('./commands/train.js')).train(experiment, options);
    });
}

function addCompare(program: Command): void {
  program
    .command('compare [source...]')
    .description(
      'train variants of presets (see list) or experiment files (*.json), or losses on a task, on paired seeds, a process each; print a table and write report.html. Run again to go on',
    )
    .option('--seeds <n>', 'a number of seeds, or the seeds with commas', '3')
    .option('--variants <names>', 'variants with commas (default: none,fisher,hessian,gauss-newton,none-exact)')
    .option(
      '--curvature <names>',
      'curvatures with commas, instead of variants: auto, hessian, fisher, gauss-newton or none',
    )
    .option('--loss <names>', 'losses with commas, instead of the own ones')
    .option('--task <name>', 'another task, or the one where there is no source')
    .option('--model <name>', 'another network, or the one where there is no source')
    .option(
      '--grid <path=values>',
      'a setting with values to try, e.g. newton.lambda=0.01,0.1,1; may be repeated',
      repeated,
      [],
    )
    .option('--set <path=value>', 'any other value of all experiments; may be repeated', setting)
    .option('--jobs <n>', 'runs side by side (default: one a core, on CUDA one a GPU)', integerFrom(1))
    .option('--out <dir>', 'folder of the comparison (default: runs/compare/<source>)')
    .option('--steps <n>', 'number of updates', integerFrom(1))
    .addOption(registry())
    .addOption(backend())
    .addOption(workers('the cores divided by the runs side by side'))
    .addOption(data())
    .addOption(json())
    .action(async (sources, options) => {
      process.exitCode = await (await import('./commands/compare.js')).compare(sources, options);
    });
}

function addSweep(program: Command): void {
  program
    .command('sweep <source>')
    .description(
      'several comparisons in one folder and one report: a sweep that comes with the package (see list) or a file (*.json). Run again to go on',
    )
    .option('--seeds <n>', "a number of seeds, or the seeds with commas (default: the sweep's own)")
    .option('--set <path=value>', 'any other value of all experiments; may be repeated', setting)
    .option('--jobs <n>', 'runs side by side (default: one a core, on CUDA one a GPU)', integerFrom(1))
    .option('--out <dir>', 'folder of the sweep (default: runs/sweep/<name>)')
    .option('--dry-run', 'list the runs, and estimate the time from a few steps of each experiment')
    .option('--slurm', 'print a job array for sbatch, one task a run, instead of running')
    .addOption(queue('have the runs made by workers').conflicts(['jobs', 'workers', 'dryRun', 'slurm']))
    .addOption(registry())
    .addOption(backend())
    .addOption(workers('the cores divided by the runs side by side'))
    .addOption(data())
    .addOption(json())
    .action(async (source, options) => {
      process.exitCode = await (await import('./commands/sweep.js')).sweep(source, options);
    });
}

function addTune(program: Command): void {
  program
    .command('tune <experiment>')
    .description(
      'choose the damping lambda of a variant of a preset (see list) or of an experiment file (*.json) by runs on validation data, a process each; print what each lambda came to. Run again to go on',
    )
    .option(
      '--lambdas <values>',
      'lambdas with commas (default: 0.001,0.01,0.1,1,10,100,1000,3000, the grid of the paper)',
    )
    .option('--relative', 'lambdas in units of the mean diagonal of the curvature (default then: 0.001 to 100)')
    .option('--seed <n>', 'the seed, or several with commas', '0')
    .option('--set <path=value>', 'any other value of the experiment; may be repeated', setting)
    .option('--write [file]', 'write the best into the experiment file that was given, or into a new one')
    .option('--jobs <n>', 'runs side by side (default: one a core, on CUDA one a GPU)', integerFrom(1))
    .option('--out <dir>', 'folder of the runs (default: runs/tune/<experiment>)')
    .addOption(registry())
    .addOption(backend())
    .addOption(workers('the cores divided by the runs side by side'))
    .addOption(data())
    .addOption(json())
    .action(async (experiment, options) => {
      process.exitCode = await (await import('./commands/tune.js')).tune(experiment, options);
    });
}

function addWorker(program: Command): void {
  program
    .command('worker')
    .description('make runs that `sweep --queue` puts to a queue, until Ctrl-C')
    .addOption(queue('the queue').makeOptionMandatory())
    .option('--jobs <n>', 'runs side by side (default: one a core, on CUDA one a GPU)', integerFrom(1))
    .option('--out <dir>', 'folder of the runs that are under way', 'runs/worker')
    .addOption(registry())
    .addOption(workers('the cores divided by the runs side by side'))
    .addOption(data())
    .action(async (options) => {
      process.exitCode = await (await import('./commands/worker.js')).worker(options);
    });
}

function addReport(program: Command): void {
  program
    .command('report <folder...>')
    .description('write report.html of a run or a comparison anew, or one page of several')
    .option('--out <file>', 'the page (default: report.html in the folder; of several folders, here)')
    .option('--figure <file>', 'write a figure alone, as SVG: a metric on held-out data')
    .option(
      '--over <what>',
      'with --figure: steps, time, or a setting that runs differ in, e.g. newton.lambda',
      'steps',
    )
    .option('--metric <name>', "with --figure: another than the task's first")
    .option('--latex <dir>', 'write the tables alone, a file each, as LaTeX for booktabs and xcolor')
    .option('--csv <dir>', 'write the tables alone, a file each, as CSV')
    .action(async (folders, options) => (await import('./commands/report.js')).report(folders, options));
}

function addLandscape(program: Command): void {
  program
    .command('landscape <source>')
    .description(
      'draw what a loss gives to one output of a sample as it moves through the others: value, gradient and Newton directions, of a loss by name or of the variants of a preset or experiment file',
    )
    .option('--out <file>', 'an SVG, or the numbers as CSV', 'landscape.svg')
    .option('--set <parameter=value>', 'a parameter of the loss, e.g. temperature=0.1; may be repeated', setting)
    .option('--variants <names>', 'those of the preset, or gradient, fisher and hessian, with commas (default: all)')
    .option('--lambda <x>', 'damping (default: that of the variants; of a loss by name 0.1)', finite)
    .option('--outputs <n>', 'outputs of the sample, where the loss takes any number', integerFrom(1), 5)
    .option('--output <k>', 'the one that moves, from 0', integerFrom(0), 0)
    .option('--spread <factors>', 'how many times as far apart as the sample the outputs are, with commas', factors, [
      1,
      10,
    ])
    .option('--seed <n>', 'another seed, another sample', integerFrom(Number.MIN_SAFE_INTEGER), 0)
    .addOption(registry())
    .action(async (source, options) => (await import('./commands/landscape.js')).landscape(source, options));
}

function addPower(program: Command): void {
  program
    .command('power')
    .description('how many seeds a difference between two variants takes to be seen, and what so many seeds see')
    .requiredOption('--deviation <s>', 'of the differences, seed by seed: see Differences in a report', between(0))
    .option('--difference <d>', 'that is to be seen, in the same unit', between(0))
    .option('--seeds <n>', 'what so many see', integerFrom(2, 10_000))
    .option('--alpha <p>', 'the level of the test', between(0.001, 0.5), 0.05)
    .option('--power <share>', 'the chance to see it', between(0.05, 0.999), 0.8)
    .addOption(json())
    .action(async (options) => (await import('./commands/power.js')).power(options));
}

function addRuns(program: Command): void {
  program
    .command('runs [folder...]')
    .description('the runs in folders (default: runs) and below them, as a table: settings that vary, metrics, times')
    .option('--where <query>', "those that a query asks for, e.g. 'loss=softsort and n=10 and not EM<0.5'")
    .option('--columns <names>', 'columns with commas, in full (newton.lambda) or short (lambda)')
    .option('--sort <names>', 'columns with commas; behind a minus from large to small (-EM)')
    .option('--check', 'read checkpoints to their ends; exit code 1 where anything is damaged')
    .addOption(new Option('--csv', 'print CSV, all columns unless some are named').conflicts('json'))
    .addOption(json())
    .action(async (folders, options) => {
      process.exitCode = (await import('./commands/runs.js')).runs(folders, options);
    });
}

function addExport(program: Command): void {
  program
    .command('export <folder...>')
    .description('the logs of the runs in folders and below them, for other tools')
    .option('--tensorboard <dir>', 'write event files of TensorBoard, a log directory a run')
    .option('--csv', 'print CSV: a line a number, with run, step, time and tag')
    .option('--where <query>', 'of those runs that a query asks for (see runs)')
    .action(async (folders, options, command) => {
      if ((options.tensorboard === undefined) !== Boolean(options.csv)) {
        command.error('error: give --tensorboard DIR or --csv');
      }
      (await import('./commands/export.js')).exportRuns(folders, options);
    });
}

function addGenerate(program: Command): void {
  program
    .command('generate')
    .description('write a data set that is drawn here')
    .command('warcraft')
    .description('maps like those of Warcraft with costs and shortest paths, in the layout of the official set')
    .option('--out <dir>', 'write the set to <dir>/<size>x<size>')
    .option('--sheet <file>', 'draw the first maps, their costs and paths as SVG')
    .option('--size <n>', 'rows and columns of a map', integerFrom(2), 12)
    .option('--train <n>', 'training maps', integerFrom(1), 10_000)
    .option('--val <n>', 'validation maps', integerFrom(1), 1000)
    .option('--test <n>', 'test maps', integerFrom(1), 1000)
    .option('--seed <n>', 'another seed, other maps', integerFrom(Number.MIN_SAFE_INTEGER), 0)
    .action(async (options, command) => {
      if (options.out === undefined && options.sheet === undefined) {
        command.error('error: give --out DIR, --sheet FILE or both');
      }
      process.exitCode = await (await import('./commands/generate.js')).generateWarcraft(options);
    });
}

function addConformance(program: Command): void {
  program
    .command('conformance <name>')
    .description('run the laws on a loss, algorithm, task or model, by name or in a file (*.js, *.ts)')
    .option('--set <parameter=value>', 'a parameter, e.g. algorithm.name=ranking; may be repeated', setting)
    .addOption(registry())
    .addOption(data())
    .addOption(json())
    .action(async (name, options) => {
      process.exitCode = await (await import('./commands/conformance.js')).conformance(name, options);
    });
}

function addDiagnose(program: Command): void {
  program
    .command('diagnose <loss>')
    .description(
      'whether a loss, by name or in a file (*.js, *.ts), is worth a Newton loss: convexity, gradients and curvature from close outputs to far ones; and with which settings',
    )
    .option('--set <parameter=value>', 'a parameter, e.g. temperature=0.1; may be repeated', setting)
    .option('--n <n>', "outputs a sample (default: the plugin's choice)", integerFrom(1))
    .option('--samples <n>', 'samples at each spread', integerFrom(2, 100_000), 64)
    .option('--seed <n>', 'another seed, other samples and noise', integerFrom(Number.MIN_SAFE_INTEGER), 0)
    .addOption(registry())
    .addOption(json())
    .action(async (loss, options) => (await import('./commands/diagnose.js')).diagnoseLoss(loss, options));
}

function addNew(program: Command): void {
  program
    .command('new')
    .usage('[loss|algorithm|task|model] <name> [options]')
    .description('write a new loss that works to start from, or one of another kind, with its test and registry line')
    .argument('<words...>', 'kind and name')
    .option('--dir <dir>', 'where', '.')
    .option('--ts', 'in TypeScript, for Node 22.18 or newer')
    .action(async (words: string[], options, command) => {
      const [kind, name] = words.length === 1 ? ['loss', words[0]] : words;
      if (words.length > 2 || !isKind(kind)) {
        command.error('error: give a name, or loss, algorithm, task or model and a name');
      } else await (await import('./commands/new.js')).newPlugin(name, { ...options, kind });
    });
}

function isKind(word: string): word is PluginKind {
  return ['loss', 'algorithm', 'task', 'model'].includes(word);
}

function addSchemas(program: Command): void {
  program
    .command('schemas <file...>')
    .description('print the compiled schemas of plugins, for pages whose Content-Security-Policy forbids unsafe-eval')
    .action(async (files) => (await import('./commands/schemas.js')).schemas(files));
}

function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('backends, threads, versions and data sets found on this machine')
    .addOption(backend())
    .addOption(threads())
    .addOption(data())
    .addOption(json())
    .action(async (options) => (await import('./commands/doctor.js')).doctor(options));
}
