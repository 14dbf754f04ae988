import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../node/package-root.js';

const root = packageRoot();
const textOf = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const { version, devDependencies } = JSON.parse(textOf('package.json')) as {
  version: string;
  devDependencies: Record<string, string>;
};

/** Paths of what `npm pack` takes. */
function packedFiles(): Set<string> {
  const words = ['pack', '--dry-run', '--ignore-scripts', '--json'];
  const said = execFileSync('npm', words, { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' });
  const [{ files }] = Object.values(JSON.parse(said) as Record<string, { files: { path: string }[] }>);
  return new Set(files.map((file) => file.path));
}

/** Links and pictures of a page to files beside it, and to headings. */
function linksOf(page: string): { file: string; heading: string | undefined }[] {
  const prose = textOf(page).replaceAll(/^```[^]*?^```$/gm, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link).filter((link) => !/^https?:/.test(link))
    .map((link) => {
      const [file, heading] = link.split('#');
      return { file: file === '' ? page : path.posix.join(path.posix.dirname(page), file), heading };
    });
}

/** The headings of a page, as GitHub makes anchors of them. */
function anchorsOf(page: string): string[] {
  return [...textOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-')
  );
}

describe('the packed files', () => {
  let files = new Set<string>();
  let pages: string[] = [];
  before(() => {
    files = packedFiles();
    pages = [...files].filter((file) => file.endsWith('.md'));
  });

  it('are the pages that README names', () => {
    expect(pages).to.include.members(['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'bench/README.md']);
    expect(files).to.include('LICENSE').and.include('CITATION.cff').and.include('docs/compare-neuralsort.svg');
  });

  it('are all that links of their pages lead to, headings included', () => {
    const broken = pages.flatMap((page) =>
      linksOf(page)
        .filter(({ file, heading }) =>
          !files.has(file) || (heading !== undefined && !anchorsOf(file).includes(heading))
        )
        .map(({ file, heading }) => `${page}: ${file}${heading === undefined ? '' : `#${heading}`}`)
    );
    expect(broken).to.deep.equal([]);
  });

  it('are of one version', () => {
    expect(/^version: (.*)$/m.exec(textOf('CITATION.cff'))![1]).to.equal(version);
    expect(textOf('README.md')).to.include(`newton-losses-${version}.tgz`);
    const tfjs = devDependencies['@tensorflow/tfjs-core'];
    expect(textOf('README.md')).to.include(
      `npm install @tensorflow/tfjs-core@${tfjs} @tensorflow/tfjs-backend-wasm@${tfjs}`,
    );
  });
});
