import { answerDrill, approver, approveWhenAsked, databaseId, drillRecords, requestDrill, requester } from '../drill-story.ts';
import { paris } from '../paris.ts';
import { judgeAccount } from '../promises/account.ts';
import { judgeDrills } from '../promises/drill.ts';
import { registerSale } from '../sale-story.ts';
import type { SaleRequest, Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { synthesise } from '../synthesis.ts';
import { ordinaryDays, sale as saleVisitors, together } from '../visitors.ts';
import { prepareShop } from '../world.ts';

const minute = 60_000;

const sale: SaleRequest = { id: 'vente-privee', name: 'Vente privée', startsAt: '2027-01-18T10:00', endsAt: '2027-01-18T12:00', expectedPeakRequestsPerSecond: 400 };

export const drillDay: Scenario = {
  name: 'drill-day',
  title: 'failover drills: refused in a sale, approved after it, abandoned by AWS, expired, overtaken by a deployment, stopped by hand; and a failover that nobody asked for',
  startsAt: paris('2027-01-18T06:00'),
  prepare: (account, { config }) => {
    prepareShop(account, config);
    account.shop.visitors = together(ordinaryDays(80), saleVisitors(300, paris(sale.startsAt), paris(sale.endsAt)));
  },
  play: async (stage) => {
    await playSale(stage);
    await playDrill(stage);
    await playAbandoned(stage);
    await playExpired(stage);
    await playAltered(stage);
    await playUnplanned(stage);
    await playWithoutEvents(stage);
    await playStopped(stage);
  },
  judge: async (stage) => [...(await judgeDrills(stage)), ...judgeAccount(stage)],
};

async function playSale(stage: Stage): Promise<void> {
  await stage.until(paris('2027-01-18T06:30'), 'first deployment');
  await registerSale(stage, sale);
  await stage.until(paris('2027-01-18T10:30'), 'sale');
  await requestDrill(stage, 'in-the-sale');
  await stage.until(paris('2027-01-18T15:00'), 'sale');
}

async function playDrill(stage: Stage): Promise<void> {
  await requestDrill(stage, 'dry-run', { dryRun: true });
  await stage.until(paris('2027-01-18T15:10'), 'drill');
  await requestDrill(stage, 'quarterly');
  await stage.until(stage.now + 3 * minute, 'drill');
  await answerDrill(stage, 'quarterly', requester);
  await stage.until(stage.now + 2 * minute, 'drill');
  await answerDrill(stage, 'quarterly', approver);
  await stage.until(paris('2027-01-18T16:00'), 'drill');
  await requestDrill(stage, 'too-soon');
  await stage.until(paris('2027-01-20T16:00'), 'cool-down');
}

/** AWS takes the request, and then does nothing. */
async function playAbandoned(stage: Stage): Promise<void> {
  stage.account.rds.abandonNextFailover = true;
  await requestDrill(stage, 'abandoned');
  await approveWhenAsked(stage, 'abandoned', paris('2027-01-20T17:00'), 'abandoned');
  await stage.until(paris('2027-01-22T10:00'), 'cool-down');
}

async function playExpired(stage: Stage): Promise<void> {
  await requestDrill(stage, 'nobody-answers');
  await stage.until(stage.now + (stage.config.drills.approvalMinutes + 10) * minute, 'expiry');
}

/** The objective is changed between the approval that was asked for and the answer. */
async function playAltered(stage: Stage): Promise<void> {
  await stage.until(paris('2027-01-22T14:00'), 'expiry');
  await requestDrill(stage, 'overtaken');
  await stage.until(stage.now + 2 * minute, 'deployment');
  stage.step('A deployment changes the objective of drills meanwhile');
  await stage.deploy(synthesise(stage.config.environment, () => ({ ...stage.config, drills: { ...stage.config.drills, rtoSeconds: 60 } })));
  await stage.until(stage.now + 2 * minute, 'deployment');
  await answerDrill(stage, 'overtaken', approver);
  await stage.until(paris('2027-01-22T15:00'), 'deployment');
  await stage.deploy(synthesise(stage.config.environment, () => stage.config));
  await stage.until(paris('2027-01-23T10:00'), 'deployment');
}

/** The primary dies; what RDS tells of it comes twice, and some of it late. */
async function playUnplanned(stage: Stage): Promise<void> {
  let events = 0;
  stage.account.eventBridge.deliver = ({ source }) => {
    if (source !== 'aws.rds') return 'once';
    events += 1;
    return events % 3 === 0 ? { delaySeconds: 900 } : 'twice';
  };
  stage.step('The primary of the database dies');
  stage.account.rds.crash(databaseId(stage));
  await stage.until(paris('2027-01-23T12:00'), 'unplanned');
  stage.account.eventBridge.deliver = () => 'once';
  await stage.until(paris('2027-01-25T10:00'), 'cool-down');
}

async function playWithoutEvents(stage: Stage): Promise<void> {
  stage.account.eventBridge.deliver = ({ source }) => (source === 'aws.rds' ? 'lost' : 'once');
  await requestDrill(stage, 'without-events');
  await approveWhenAsked(stage, 'without-events', paris('2027-01-25T11:00'), 'without events');
}

/** Somebody stops the workflow while the database fails over. */
async function playStopped(stage: Stage): Promise<void> {
  stage.account.eventBridge.deliver = () => 'once';
  await stage.until(paris('2027-01-27T10:00'), 'cool-down');
  await requestDrill(stage, 'stopped');
  while (!drillRecords(stage).some(({ drillId, state }) => drillId === 'stopped' && state === 'awaiting-approval')) await stage.until(stage.now + 1000, 'stopped');
  const before = stage.failovers.length;
  await answerDrill(stage, 'stopped', approver);
  while (stage.failovers.length === before) await stage.until(stage.now + 1000, 'stopped');
  stage.step('Somebody stops the workflow of stopped, in the middle of the failover');
  await stage.stop('FailoverDrill', 'stopped');
  await stage.until(paris('2027-01-27T11:00'), 'stopped');
}
