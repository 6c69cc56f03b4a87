import type * as sdk from '@aws-sdk/client-iam';
import type { Account } from '../../kernel/account.ts';
import { NotModelledError } from '../../kernel/aws-error.ts';
import type { PolicyDocument } from '../../kernel/authorisation.ts';
import { compileWildcard } from '../../kernel/authorisation/patterns.ts';
import { dateOf, type Sources } from './describe.ts';
import { noSuchEntity } from './errors.ts';
import { pageByMarker } from './paging.ts';
import { policiesOf } from './policies-of.ts';
import type { PolicyHolder } from './principals.ts';
import { serviceNames } from './service-names.ts';

/** AWS does not say how long a job takes; drawn, in milliseconds. */
const jobMilliseconds = { low: 1000, high: 5000 };

interface Job {
  readonly startedAt: number;
  readonly completedAt: number;
  readonly services: readonly sdk.ServiceLastAccessed[];
}

/** Jobs that report which services an identity may use and when it last tried to. */
export class LastAccessedJobs {
  readonly #account: Account;
  readonly #sources: Sources;
  readonly #jobs = new Map<string, Job>();
  readonly #namespaces = new WeakMap<PolicyDocument, readonly string[]>();

  constructor(account: Account, sources: Sources) {
    this.#account = account;
    this.#sources = sources;
  }

  start(input: sdk.GenerateServiceLastAccessedDetailsCommandInput): string {
    if (input.Granularity === 'ACTION_LEVEL') throw new NotModelledError('Last accessed details by action (ACTION_LEVEL) are not modelled.');
    const { clock, random } = this.#account;
    const stream = random.stream('iam.reports');
    const id = stream.uuid();
    const startedAt = clock.now();
    const completedAt = startedAt + Math.round(stream.between(jobMilliseconds.low, jobMilliseconds.high));
    this.#jobs.set(id, { startedAt, completedAt, services: this.#report(this.#find(input.Arn ?? '')) });
    return id;
  }

  get(input: sdk.GetServiceLastAccessedDetailsCommandInput): Omit<sdk.GetServiceLastAccessedDetailsCommandOutput, '$metadata'> {
    const job = this.#jobs.get(input.JobId ?? '');
    if (job === undefined) throw noSuchEntity(`No job found with id ${input.JobId}.`);
    const started = { JobType: 'SERVICE_LEVEL', JobCreationDate: dateOf(job.startedAt) } as const;
    if (this.#account.clock.now() < job.completedAt) {
      return { ...started, JobStatus: 'IN_PROGRESS', ServicesLastAccessed: [], JobCompletionDate: undefined };
    }
    const page = pageByMarker(job.services, input);
    return { ...started, JobStatus: 'COMPLETED', JobCompletionDate: dateOf(job.completedAt), ServicesLastAccessed: page.items, ...page.rest };
  }

  #find(arn: string): PolicyHolder {
    const [, kind] = /:iam::\d+:(user|role|group|policy)\//u.exec(arn) ?? [];
    if (kind === 'group' || kind === 'policy') throw new NotModelledError(`Last accessed details of a ${kind} are not modelled.`);
    const name = arn.slice(arn.lastIndexOf('/') + 1);
    const { user, role } = this.#sources.directory.holders;
    const holder = kind === 'user' ? user.seen(name) : role.seen(name);
    if (holder?.arn !== arn) throw noSuchEntity(`ARN ${arn} does not exist.`);
    return holder;
  }

  /** What the policies let it use, and what it tried besides, by name of the service. */
  #report(holder: PolicyHolder): readonly sdk.ServiceLastAccessed[] {
    const { directory, usage } = this.#sources;
    const uses = usage.byService(holder.id);
    const holders = [holder, ...('groups' in holder ? [...(holder.groups as ReadonlySet<string>)].map((name) => directory.seen('group', name)) : [])];
    const granted = holders.flatMap((each) => policiesOf(directory, each)).flatMap(({ policy }) => this.#namespacesOf(policy.document));
    return [...new Set(granted)]
      .map((namespace): sdk.ServiceLastAccessed => {
        const use = uses.get(namespace);
        return {
          ServiceName: serviceNames[namespace] ?? namespace,
          ServiceNamespace: namespace,
          TotalAuthenticatedEntities: use === undefined ? 0 : 1,
          ...(use === undefined ? {} : { LastAuthenticated: dateOf(use.at), LastAuthenticatedEntity: holder.arn, LastAuthenticatedRegion: use.region }),
        };
      })
      .toSorted((left, right) => ((left.ServiceName ?? '') < (right.ServiceName ?? '') ? -1 : 1));
  }

  #namespacesOf(document: PolicyDocument): readonly string[] {
    let namespaces = this.#namespaces.get(document);
    if (namespaces === undefined) {
      const allows = [document.Statement].flat().filter(({ Effect: effect }) => effect === 'Allow');
      namespaces = allows.flatMap((statement) => (statement.Action === undefined ? ['*'] : [statement.Action].flat())).flatMap(expand);
      this.#namespaces.set(document, namespaces);
    }
    return namespaces;
  }
}

/** Namespaces of the services that an action pattern reaches, of those with a name here. */
function expand(pattern: string): readonly string[] {
  const namespace = pattern.split(':', 1)[0] ?? '';
  if (!/[*?]/u.test(namespace)) return [namespace.toLowerCase()];
  return Object.keys(serviceNames).filter(compileWildcard(namespace, { ignoreCase: true }));
}
