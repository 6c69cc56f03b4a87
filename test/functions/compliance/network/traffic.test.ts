import { hasPort, isEverything, isMeantForEverybody, portsOf, protocolName } from '../../../../functions/compliance/traffic.ts';

function traffic(protocol: string, fromPort: number, toPort = fromPort) {
  return { protocol, fromPort, toPort };
}

describe('protocolName', () => {
  it.each([['6', 'tcp'], ['TCP', 'tcp'], ['17', 'udp'], ['1', 'icmp'], ['58', 'icmpv6'], ['all', '-1'], ['-1', '-1'], ['50', '50']])('of %s is %s', (given, name) => {
    expect(protocolName(given)).toBe(name);
  });
});

describe('portsOf', () => {
  it.each([
    [traffic('tcp', 22), { from: 22, to: 22 }],
    [traffic('6', 20, 25), { from: 20, to: 25 }],
    [traffic('tcp', -1), { from: 0, to: 65_535 }],
    [traffic('-1', 443), { from: 0, to: 65_535 }],
    [traffic('udp', 22), undefined],
    [traffic('icmp', 22), undefined],
    [traffic('50', 22), undefined],
  ])('of %j over TCP is %j', (given, ports) => {
    expect(portsOf(given, 'tcp')).toEqual(ports);
  });
});

describe('hasPort', () => {
  it.each([
    [traffic('tcp', 22), true],
    [traffic('udp', 0, 100), true],
    [traffic('-1', -1), true],
    [traffic('tcp', 20, 21), false],
    [traffic('tcp', 23, 1024), false],
    [traffic('tcp', 2222), false],
    [traffic('icmp', 22, 22), false],
    [traffic('47', -1), false],
  ])('22 in %j: %s', (given, has) => {
    expect(hasPort(given, 22)).toBe(has);
  });
});

describe('isEverything', () => {
  it.each([
    [traffic('-1', -1), true],
    [traffic('tcp', 0, 65_535), true],
    [traffic('udp', 1, 65_535), true],
    [traffic('tcp', -1), true],
    [traffic('tcp', 2, 65_535), false],
    [traffic('tcp', 0, 65_534), false],
    [traffic('icmp', -1), false],
    [traffic('50', -1), false],
  ])('%j: %s', (given, is) => {
    expect(isEverything(given)).toBe(is);
  });
});

describe('isMeantForEverybody', () => {
  it.each([
    [traffic('tcp', 80), true],
    [traffic('6', 443), true],
    [traffic('icmp', 3, 4), true],
    [traffic('58', -1), true],
    [traffic('tcp', 80, 443), false],
    [traffic('udp', 443), false],
    [traffic('tcp', 8080), false],
    [traffic('-1', -1), false],
    [traffic('50', -1), false],
  ])('%j: %s', (given, is) => {
    expect(isMeantForEverybody(given)).toBe(is);
  });
});
