import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../../../functions/reservations/', import.meta.url);
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }));

/** What is imported of AWS's SDKs, types aside. */
function importedOfAws(text: string): string[] {
  return [...text.matchAll(/import \{([^}]*)\} from '@aws-sdk\/[^']+'/gu)].flatMap(([, names = '']) =>
    names.split(',').map((name) => name.trim()).filter((name) => name !== '' && !name.startsWith('type ')),
  );
}

test('of AWS nothing is imported but what reads', () => {
  const imported = sources.flatMap(({ text }) => importedOfAws(text));
  expect(imported.length).toBeGreaterThan(7);
  expect(imported.filter((name) => !/^(?:Describe|Get)[A-Z]\w*Command$|^paginate(?:Describe|Get)[A-Z]\w*$/u.test(name))).toEqual([]);
});

test('no call that commits to anything is named, imported or not, and no SDK comes by another way', () => {
  const buying = /\b(?:Purchase(?:Reserved|Scheduled|Host|Capacity)\w*|CreateSavingsPlan\w*|ModifyReservedInstances\w*|AcceptReserved\w*|CreateReservedInstancesListing\w*)/u;
  for (const { name, text } of sources) {
    expect([name, buying.exec(text)?.[0]]).toEqual([name, undefined]);
    expect([name, /import\(|require\(|import \* as \w+ from '@aws-sdk/u.exec(text)?.[0]]).toEqual([name, undefined]);
  }
});
