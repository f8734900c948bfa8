import type { ListTurns } from "../discovery/context.ts";
import { serviceOf } from "../domain/job/sources.ts";
import { type ProjectKey, projectPk, serviceIdOf } from "../domain/table-keys.ts";
import type { Clock } from "../ports.ts";
import type { JobHealth } from "../shared/job-health.ts";
import type { Polling } from "./polling.ts";
import { backOff, noteFailed, noteGood } from "./service-polls.ts";

/** A job of the service was seen this recently: then a list that fails says nothing about the service. */
const ANSWERS_MS = 2 * 60_000;

/** Connects the lists of a tick with its polls: they share the budget of a project, and the reachability of its services. */
export function createListTurns(polling: Polling, health: JobHealth, clock: Clock): ListTurns {
  const serviceFor = ({ source, projectId }: ProjectKey) => polling.service({ projectId, service: serviceOf(source) });
  return {
    takeTurn: (projectId) => polling.countRequest(projectId),
    mayList: (project) => serviceFor(project).backOffUntil <= clock.now(),
    note(project, result) {
      const service = serviceFor(project);
      const id = serviceIdOf(service.key);
      const pk = projectPk(project);
      const now = clock.now();
      if (result.kind === "listed") {
        // Polls of jobs prove more: the list can work while the API of the jobs does not.
        if (service.open > 0) return;
        noteGood(service);
        if (result.resources.length > 0) health.note(id, pk, { kind: "seen", subJobs: [] }, now);
        return;
      }
      backOff(service, result, now);
      noteFailed(service, result, health.othersSeen(id, pk, now - ANSWERS_MS), now);
    },
  };
}
