// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/servers/nginxserver.h"

#include <QFile>
#include <QRegularExpression>
#include <QSet>

namespace understudy::lab {
namespace {

QString mainConfiguration(const LabSetup &setup)
{
    // The user is named only where a master of root's could exist: `nginx -t`, run by root, would
    // otherwise hand the temporary folders to somebody else.
    const QString user = setup.user.isOther ? QStringLiteral("user %1;\n").arg(setup.user.name) : QString();
    return user + QStringLiteral("daemon off;\n"
                                 "worker_processes 1;\n"
                                 "pid %1/nginx.pid;\n"
                                 "error_log %2/nginx-error.log notice;\n"
                                 "worker_shutdown_timeout 5s;\n"
                                 "events { worker_connections 512; }\n"
                                 "http {\n"
                                 "    access_log %2/nginx-access.log;\n"
                                 "    client_body_temp_path %1/body;\n"
                                 "    proxy_temp_path %1/proxy;\n"
                                 "    fastcgi_temp_path %1/fastcgi;\n"
                                 "    uwsgi_temp_path %1/uwsgi;\n"
                                 "    scgi_temp_path %1/scgi;\n"
                                 "    include %1/sites/*;\n"
                                 "}\n")
                      .arg(setup.folder.nginx(), setup.folder.file(QStringLiteral("log")));
}

QString siteConfiguration(const LabSetup &setup)
{
    return QStringLiteral("upstream theeeecopy_backend {\n"
                          "    server 127.0.0.1:%1;\n"
                          "    server 127.0.0.1:%2;\n"
                          "}\n"
                          "\n"
                          "server {\n"
                          "    listen 127.0.0.1:%3;\n"
                          "    location / {\n"
                          "        proxy_pass http://theeeecopy_backend;\n"
                          "        proxy_http_version 1.1;\n"
                          "        proxy_set_header Host $host;\n"
                          "        proxy_set_header X-Real-IP $remote_addr;\n"
                          "        proxy_connect_timeout 1s;\n"
                          "        proxy_read_timeout 60s;\n"
                          "    }\n"
                          "}\n")
        .arg(setup.port(QStringLiteral("blue-1")))
        .arg(setup.port(QStringLiteral("blue-2")))
        .arg(setup.port(QStringLiteral("entry")));
}

} // namespace

Result<ProcessSpec> makeNginx(const LabSetup &setup)
{
    const Result<QString> program = findServerProgram(QStringLiteral("nginx"));
    if (!program)
        return fail(program.error());
    const QString configuration = setup.folder.nginx() + QStringLiteral("/nginx.conf");
    const Result<Unit> main = setup.folder.write(configuration, mainConfiguration(setup).toUtf8(), &setup.user);
    const Result<Unit> site = setup.folder.write(setup.folder.trafficFile(), siteConfiguration(setup).toUtf8(), &setup.user);
    if (!main || !site)
        return fail(main ? site.error() : main.error());
    return ProcessSpec{.name = QStringLiteral("nginx"),
                       .program = *program,
                       .arguments = {QStringLiteral("-p"), setup.folder.nginx(), QStringLiteral("-c"), configuration,
                                     QStringLiteral("-e"), setup.folder.logFile(QStringLiteral("nginx-error"))},
                       .folder = setup.folder.nginx(),
                       .deathSignal = SIGTERM,
                       .comesBack = true};
}

QString colourInTrafficFile(const LabFolder &folder, const QMap<QString, quint16> &ports)
{
    QFile file(folder.trafficFile());
    if (!file.open(QIODevice::ReadOnly))
        return {};
    static const QRegularExpression server(QStringLiteral(R"(^\s*server\s+(?:127\.0\.0\.1|localhost):(\d+)\s*;)"),
                                           QRegularExpression::MultilineOption);
    QSet<QString> colours;
    QRegularExpressionMatchIterator matches = server.globalMatch(QString::fromUtf8(file.readAll()));
    while (matches.hasNext())
        colours.insert(colourOf(ports.key(matches.next().captured(1).toUShort())));
    return colours.size() == 1 ? *colours.begin() : QString();
}

} // namespace understudy::lab
