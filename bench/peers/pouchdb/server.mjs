/**
 * express-pouchdb on a free port, which it prints on its first line.
 *
 *     node server.mjs FOLDER
 *
 * GET /_sent tells how many bytes went out over all connections so far.
 */
import express from "express";
import expressPouch from "express-pouchdb";
import { durable } from "./durable.mjs";

const folder = process.argv[2];
const app = express();
const open = new Set();
let closed = 0;

app.get("/_sent", (_, answer) => {
  let sent = closed;
  for (const socket of open) sent += socket.bytesWritten;
  answer.json(sent);
});
app.use(expressPouch(durable(folder), { mode: "minimumForPouchDB", inMemoryConfig: true, logPath: `${folder}/log.txt` }));

const server = app.listen(0, "127.0.0.1", () => console.log(server.address().port));
server.on("connection", (socket) => {
  open.add(socket);
  socket.on("close", () => {
    open.delete(socket);
    closed += socket.bytesWritten;
  });
});
