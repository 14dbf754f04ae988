import { createInterface } from 'node:readline';
import { time } from './clock.js';
import { programContenders } from './convex/our-programs.js';
import { networkContenders } from './our-networks.js';
import { pathContenders } from './our-paths.js';
import { sortingContenders } from './our-sorting.js';
import type { Answer, Case, Contenders, Request, Step } from './protocol.js';

/**
 * Our side of the benchmark: requests and answers as lines of JSON on stdin and stdout, as torch_worker.py answers
 * them.
 */
let contenders: Contenders = {};
const steps = new Map<string, Step>();

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await reply(JSON.parse(line) as Request).catch((error: unknown) => ({ error: String(error) }));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

async function reply(request: Request): Promise<Answer> {
  if (request.op === 'open') {
    contenders = await open(request.case);
    steps.clear();
    return { contenders: Object.keys(contenders), version: process.version };
  }
  const step = await stepOf(request.contender);
  if (request.op === 'run') return { result: step().map((x) => Array.from(x)) };
  return { ms: time(step, request.seconds, request.clock) };
}

function open(problem: Case): Promise<Contenders> {
  if (problem.kind === 'path') return pathContenders(problem);
  if (problem.kind === 'convex') return Promise.resolve(programContenders(problem));
  return problem.kind === 'sorting' ? sortingContenders(problem) : networkContenders(problem);
}

async function stepOf(name: string): Promise<Step> {
  const step = steps.get(name) ?? (await contenders[name]());
  steps.set(name, step);
  return step;
}
