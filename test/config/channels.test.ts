import { describe, expect, it } from "vitest";
import { readChannelSettings } from "../../lib/config/channel-settings.ts";

const DIGEST = { at: "08:00", timeZone: "Europe/Berlin" };
const QUIET = { from: "18:00", to: "08:00", timeZone: "Europe/Berlin" };

function read(settings: unknown) {
  const problems: string[] = [];
  const found = readChannelSettings((problem) => problems.push(problem), "storage-ops", settings);
  return { ...found, problems };
}

it.each([
  { name: "a user's id", who: "U024BE7LH", mention: "<@U024BE7LH>" },
  { name: "an id of a whole enterprise", who: "W012A3CDE", mention: "<@W012A3CDE>" },
  { name: "a user as Slack writes it", who: "<@U024BE7LH>", mention: "<@U024BE7LH>" },
  { name: "a group's id", who: "S0614TZR7", mention: "<!subteam^S0614TZR7>" },
  { name: "a group as Slack writes it", who: "<!subteam^S0614TZR7>", mention: "<!subteam^S0614TZR7>" },
  { name: "all who are there", who: "@here", mention: "<!here>" },
  { name: "all of the channel", who: "@channel", mention: "<!channel>" },
])("calls $name", ({ who, mention }) => {
  expect(read({ mention: { failed: who } })).toEqual({ mention: { failed: mention }, problems: [] });
});

it("knows quiet nights, quiet days, and both", () => {
  const night = { daily: { from: 18 * 60, to: 8 * 60 }, wholeDays: [], timeZone: "Europe/Berlin" };
  expect(read({ quiet: QUIET })).toEqual({ quiet: night, problems: [] });
  const both = read({ quiet: { ...QUIET, wholeDays: ["sat", "sun", "sat"] } });
  expect(both).toEqual({ quiet: { ...night, wholeDays: [6, 0] }, problems: [] });
  const days = read({ quiet: { wholeDays: ["sun"], timeZone: "UTC" } });
  expect(days).toEqual({ quiet: { wholeDays: [0], timeZone: "UTC" }, problems: [] });
});

it("knows a digest each day, and on chosen days", () => {
  const daily = { at: 480, weekdays: [0, 1, 2, 3, 4, 5, 6], timeZone: "Europe/Berlin" };
  expect(read({ digest: DIGEST })).toEqual({ digest: daily, problems: [] });
  const workdays = read({ notifyOn: [], digest: { ...DIGEST, weekdays: ["mon", "fri", "mon"] } });
  expect(workdays).toEqual({ notifyOn: [], digest: { ...daily, weekdays: [1, 5] }, problems: [] });
});

describe("refuses with one problem that shows no value:", () => {
  it.each<{ name: string; settings: unknown; says: RegExp }>([
    { name: "no object", settings: "canary", says: /not known/ },
    { name: "an unknown setting", settings: { canary: 1 }, says: /known are notifyOn, teams, mention, quiet, digest/ },
    { name: "a name as mention", settings: { mention: { failed: "@canary" } }, says: /names call nobody/ },
    { name: "a word that only begins like an id", settings: { mention: { failed: "U024BE7LH canary" } }, says: /user's id/ },
    { name: "a channel's id as mention", settings: { mention: { failed: "C024BE7LH" } }, says: /user's id/ },
    { name: "a group in a user's form", settings: { mention: { failed: "<@S0614TZR7>" } }, says: /user's id/ },
    { name: "a mention with a label", settings: { mention: { failed: "<@U024BE7LH|canary>" } }, says: /user's id/ },
    { name: "a list of mentions", settings: { mention: { failed: ["U024BE7LH"] } }, says: /one a kind/ },
    { name: "a mention on success", settings: { mention: { succeeded: "@here" } }, says: /"failed"/ },
    { name: "a mention for all kinds", settings: { mention: "@here" }, says: /"failed"/ },
    { name: "quiet hours that are no object", settings: { quiet: "canary" }, says: /quiet hours like/ },
    { name: "an unknown key", settings: { quiet: { ...QUIET, until: "canary" } }, says: /key is not known/ },
    {
      name: "an unknown zone",
      settings: { quiet: { ...QUIET, timeZone: "Europe/Canary" } },
      says: /timeZone is missing or not/,
    },
    { name: "no zone", settings: { quiet: { from: "18:00", to: "08:00" } }, says: /timeZone is missing/ },
    { name: "an hour that no clock shows", settings: { quiet: { ...QUIET, to: "24:00" } }, says: /times like 08:00/ },
    { name: "a beginning without an end", settings: { quiet: { from: "18:00", timeZone: "UTC" } }, says: /both or/ },
    { name: "nothing quiet", settings: { quiet: { timeZone: "UTC" } }, says: /both or/ },
    { name: "an end that is the beginning", settings: { quiet: { ...QUIET, to: "18:00" } }, says: /must differ/ },
    { name: "a day that is none", settings: { quiet: { ...QUIET, wholeDays: ["canary"] } }, says: /list of sun, mon/ },
    { name: "a digest that is no object", settings: { digest: "canary" }, says: /digest like/ },
    { name: "an unknown key of a digest", settings: { digest: { ...DIGEST, canary: 1 } }, says: /key is not known/ },
    { name: "a digest at no time", settings: { digest: { ...DIGEST, at: "8:00" } }, says: /time like 08:00/ },
    { name: "a digest in no zone", settings: { digest: { at: "08:00" } }, says: /timeZone is missing/ },
    { name: "a digest on no day", settings: { digest: { ...DIGEST, weekdays: [] } }, says: /at least one/ },
    { name: "a digest on a day that is none", settings: { digest: { ...DIGEST, weekdays: ["canary"] } }, says: /sun, mon/ },
    {
      name: "a channel that is never awake",
      settings: { quiet: { wholeDays: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"], timeZone: "UTC" } },
      says: /one day of the week at least/,
    },
  ])("$name", ({ settings, says }) => {
    const { problems } = read(settings);
    expect(problems).toEqual([expect.stringMatching(says)]);
    expect(problems[0]).toMatch(/"storage-ops"/);
    expect(problems[0]).not.toMatch(/canary(?!")/i);
  });
});
