// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

/// The shell scripts (POSIX) that run on the database's host as PostgreSQL's user. Their arguments follow as $1, $2, …
namespace understudy::backrestscripts {

/// USER SCRIPT NAME ARGS…: runs SCRIPT as USER: directly, from root by runuser, else by sudo without asking.
QString asUser();
/// FOLDER NAME MOMENT STANZA CONFIG TARGET LISTEN BIN PORT WORKER: makes the copy's folder with a port of its own, unless it
/// is there, and starts the worker in it, unless one runs. Prints "port N".
QString begin();
/// What `begin` is given as its last argument.
QString worker();
/// FOLDER: the worker's last word, its log's end and the server's, sizes, and whether both run.
QString look();
/// FOLDER BIN: stops worker and server, and deletes the folder; refuses one without our mark.
QString remove();
/// PARENT: every copy in it, as `look` of each, behind a line "copy FOLDER".
QString list();
/// STANZA CONFIG SEGMENT BIN: fetches the segment from the archive and prints its commits, in UTC.
QString commits();

} // namespace understudy::backrestscripts
