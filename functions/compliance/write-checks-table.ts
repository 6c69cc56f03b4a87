import { writeFileSync } from 'node:fs';
import { checks } from './checks/registry.ts';
import { describeChecks } from './checks-table.ts';

writeFileSync(new URL('../../docs/compliance-checks.md', import.meta.url), describeChecks(checks));
