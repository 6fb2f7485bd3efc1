// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/yaml/yamlreader.h"

#include "core/base/yaml/yamltree.h"

#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <istream>
#include <streambuf>

namespace understudy {
namespace {

/// Reads the bytes where they are, without a copy.
class ByteBuffer : public std::streambuf
{
public:
    explicit ByteBuffer(const QByteArray &bytes)
    {
        char *begin = const_cast<char *>(bytes.constData());
        setg(begin, begin, begin + bytes.size());
    }
};

QString yamlHint(const QString &message)
{
    const auto says = [&message](const char *words) { return message.contains(QLatin1String(words)); };
    if (says("end of map not found") || says("end of sequence not found") || says("block entry"))
        return QStringLiteral("Indent this line like its neighbours, and write 'key: value' with a blank after the colon.");
    if (says("flow"))
        return QStringLiteral("Close every bracket, brace and quotation mark, and put a comma between the values.");
    if (says("EOF in scalar") || says("document indicator"))
        return QStringLiteral("Close the quotation mark.");
    if (says("escape"))
        return QStringLiteral("Write a backslash twice, or put the text in single quotes.");
    if (says("anchor") || says("alias"))
        return QStringLiteral("Write the value out in each place; quote a text that starts with '*' or '&'.");
    if (says("map value") || says("map key"))
        return QStringLiteral("Quote a text that holds ': '.");
    return QStringLiteral("Check indentation, quotation marks and brackets here; quote a text that starts with a special sign.");
}

void reportYamlTooLarge(YamlReading &reading, qint64 size, const YamlLimits &limits)
{
    reading.problems.append({1, 1,
                             QStringLiteral("%1 bytes are too many").arg(size),
                             QStringLiteral("A file may have at most %1 bytes.").arg(limits.bytes)});
}

} // namespace

const YamlNode *YamlNode::find(const QString &key) const
{
    for (const Entry &entry : entries) {
        if (entry.key == key)
            return &entry.value;
    }
    return nullptr;
}

YamlReading readYaml(const QByteArray &bytes, const YamlLimits &limits)
{
    YamlReading reading;
    if (bytes.size() > limits.bytes) {
        reportYamlTooLarge(reading, bytes.size(), limits);
        return reading;
    }
    YamlText text(bytes);
    if (const std::optional<YamlProblem> problem = text.firstProblem()) {
        reading.problems.append(*problem);
        return reading;
    }
    ByteBuffer buffer(text.bytes());
    std::istream stream(&buffer);
    YamlTree tree(text, limits);
    try {
        YAML::Parser parser(stream);
        if (parser.HandleNextDocument(tree))
            parser.HandleNextDocument(tree);
    } catch (const YamlTree::Stop &) {
        // The tree has recorded why.
    } catch (const YAML::Exception &exception) {
        const QString said = QString::fromStdString(exception.msg);
        try {
            tree.report(exception.mark, QStringLiteral("not valid YAML: ") + said, yamlHint(said));
        } catch (const YamlTree::Stop &) {
        }
    } catch (const std::exception &exception) {
        reading.problems.append({1, 1,
                                 QStringLiteral("not valid YAML: %1").arg(QString::fromUtf8(exception.what())),
                                 yamlHint({})});
    }
    reading.root = tree.takeRoot();
    reading.problems += tree.takeProblems();
    return reading;
}

} // namespace understudy
