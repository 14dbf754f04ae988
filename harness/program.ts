import { Command, InvalidArgumentError, Option } from 'commander';
import { ownVersion } from './package-version.js';

const registry = (): Option =>
  new Option('--registry <source>', 'more losses: a registry file (*.json) or a package that has a registry.json; may be repeated')
    .default([], 'the built-in losses')
    .argParser((source: string, earlier: string[]) => [...earlier, source]);
const backend = (): Option => new Option('--backend <name>', 'tfjs backend').choices(['auto', 'cuda', 'native', 'wasm', 'cpu']).default('auto');
const threads = (): Option => new Option('--threads <n>', 'threads of the wasm and native backends').argParser(integerFrom(1)).default(1);
const data = (): Option => new Option('--data <dir>', 'folder with the data files');
const json = (): Option => new Option('--json', 'print JSON');

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
  addReport(program);
  addDoctor(program);
  return program;
}

function addList(program: Command): void {
  program
    .command('list')
    .description('the losses and presets there are')
    .addOption(registry())
    .addOption(json())
    .action(async (options) => (await import('./commands/list.js')).list(options));
}

function addInfo(program: Command): void {
  program
    .command('info <name>')
    .description('all about a loss: source, parameters, target, capabilities, the curvature that `auto` chooses')
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
    .option('--set <path=value>', 'any other value of the experiment, e.g. loss.params.temperature=0.5; may be repeated', setting)
    .option('--quiet', 'no progress')
    .addOption(registry())
    .addOption(backend())
    .addOption(threads())
    .addOption(data())
    .addOption(json())
    .action(async (experiment, options) => {
      process.exitCode = await (await import('./commands/train.js')).train(experiment, options);
    });
}

function addReport(program: Command): void {
  program
    .command('report <folder>')
    .description('write report.html of a run or a comparison anew')
    .option('--figure <file>', 'write the learning curves alone, as SVG')
    .action(async (folder, options) => (await import('./commands/report.js')).report(folder, options));
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

function integerFrom(minimum: number): (text: string) => number {
  return (text) => {
    const value = finite(text);
    if (!Number.isSafeInteger(value) || value < minimum) {
      throw new InvalidArgumentError(`It should be an integer${minimum > 0 ? ` of at least ${minimum}` : ''}.`);
    }
    return value;
  };
}

function finite(text: string): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!Number.isFinite(value)) throw new InvalidArgumentError('It should be a number.');
  return value;
}

/** `a.b=value` added to what earlier ones set; the value is JSON, or else text. */
function setting(text: string, earlier: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const cut = text.indexOf('=');
  if (cut < 1) throw new InvalidArgumentError('It should be path=value.');
  return { ...earlier, [text.slice(0, cut)]: parsed(text.slice(cut + 1)) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
