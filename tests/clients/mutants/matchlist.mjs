#!/usr/bin/env node
// Stands in for `matchlist`: starts the real one with the same arguments, and breaks one thing of what passes.
// Suites take it for the binary. MATCHLIST_REAL is the real one, MATCHLIST_MUTANT what is broken.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, createServer, request } from "node:http";
import { createInterface } from "node:readline";
import { FAULTS } from "./faults.mjs";

const { MATCHLIST_REAL, MATCHLIST_MUTANT } = process.env;
const READY = "listening on ";
const fault = FAULTS[MATCHLIST_MUTANT]();

const real = spawn(MATCHLIST_REAL, process.argv.slice(2), { stdio: ["ignore", "pipe", "inherit"] });
const [line] = await once(createInterface({ input: real.stdout }), "line");
const { port } = new URL(line.replace(READY, ""));
const agent = new Agent({ keepAlive: true });

/** Sends a request on. The Host stays, so that the links in answers lead through here again. */
function forward({ method, url, headers, body }) {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, agent, method, path: url, headers }, async (answer) => {
      resolve({ status: answer.statusCode, headers: answer.headers, body: await text(answer) });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

async function text(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const server = createServer(async (incoming, outgoing) => {
  const { method, url } = incoming;
  const asked = { method, url, headers: { ...incoming.headers }, body: await text(incoming) };
  // What is compressed cannot be broken with care; lengths are told anew.
  delete asked.headers["accept-encoding"];
  delete asked.headers["transfer-encoding"];
  fault.request?.(asked);
  asked.headers["content-length"] = Buffer.byteLength(asked.body);
  const answer = await forward(asked);
  fault.answer?.(answer, asked);
  delete answer.headers["content-length"];
  delete answer.headers["transfer-encoding"];
  const isBare = answer.status === 204 || answer.status === 304 || method === "HEAD";
  if (!isBare) answer.headers["content-length"] = Buffer.byteLength(answer.body);
  outgoing.writeHead(answer.status, answer.headers).end(isBare ? undefined : answer.body);
});

server.listen(0, "127.0.0.1", () => console.log(`${READY}http://127.0.0.1:${server.address().port}`));

real.on("exit", (code) => process.exit(code ?? 1));
process.on("SIGTERM", () => real.kill("SIGTERM"));
