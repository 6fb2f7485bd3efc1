// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/metrics/exposition.h"

#include <QUtf8StringView>

#include <charconv>
#include <cmath>
#include <limits>

namespace understudy {
namespace {

bool isLineBlank(char c)
{
    return c == ' ' || c == '\t';
}
bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// A character that may be shown in a message.
QString shown(QByteArrayView text)
{
    const QByteArrayView start = text.first(qMin(text.size(), qsizetype(40)));
    QString out;
    for (const QChar c : QString::fromUtf8(start.data(), start.size()))
        out += c.isPrint() ? c : QChar(QLatin1Char('?'));
    return QLatin1Char('\'') + out +
           (text.size() > 40 ? QStringLiteral("…'") : QStringLiteral("'"));
}

bool sameWord(QByteArrayView text, const char *word)
{
    return text.size() == qsizetype(qstrlen(word)) &&
           qstrnicmp(text.data(), word, size_t(text.size())) == 0;
}

/// Numbers as Go's ParseFloat takes them, without its hexadecimal and underscore forms. Out of
/// range is a fault; too small is 0.
std::optional<double> number(QByteArrayView text)
{
    QByteArrayView rest = text;
    const bool negative = rest.startsWith('-');
    const bool sign = negative || rest.startsWith('+');
    if (sign)
        rest = rest.sliced(1);
    if (sameWord(rest, "inf") || sameWord(rest, "infinity"))
        return negative ? -std::numeric_limits<double>::infinity()
                        : std::numeric_limits<double>::infinity();
    if (sameWord(text, "nan"))
        return std::numeric_limits<double>::quiet_NaN();
    if (rest.isEmpty() || !(isDigit(rest.front()) || rest.front() == '.'))
        return std::nullopt;
    double value = 0;
    const std::from_chars_result end =
        std::from_chars(rest.data(), rest.data() + rest.size(), value);
    if (end.ptr != rest.data() + rest.size())
        return std::nullopt;
    if (end.ec == std::errc::result_out_of_range) {
        // from_chars does not say which way; the exponent's sign does, for anything this far out.
        const qsizetype e = qMax(rest.lastIndexOf('e'), rest.lastIndexOf('E'));
        const bool tiny = e >= 0 ? rest.sliced(e + 1).startsWith('-')
                                 : rest.startsWith('0') || rest.startsWith('.');
        if (!tiny)
            return std::nullopt;
        value = 0;
    } else if (end.ec != std::errc()) {
        return std::nullopt;
    }
    return negative ? -value : value;
}

std::optional<qint64> wholeNumber(QByteArrayView text)
{
    if (text.startsWith('+') && text.size() > 1 && isDigit(text.at(1)))
        text = text.sliced(1);
    qint64 value = 0;
    const std::from_chars_result end =
        std::from_chars(text.data(), text.data() + text.size(), value);
    if (end.ec != std::errc() || end.ptr != text.data() + text.size())
        return std::nullopt;
    return value;
}

} // namespace

/// One pass, a line at a time; every function returns false once m_fault is set.
class ExpositionReader
{
public:
    explicit ExpositionReader(const QByteArray &text) { m_page.m_text = text; }
    bool read();
    MetricsPage takePage() { return std::move(m_page); }
    qsizetype lineNumber() const { return m_line; }
    const QString &fault() const { return m_fault; }

private:
    bool readLine(QByteArrayView line);
    bool readComment();
    bool readHelp(MetricFamily &family);
    bool readType(MetricFamily &family);
    bool readSample();
    bool readLabels(MetricFamily &family, MetricSample &sample);
    bool readLabel(MetricFamily &family, MetricSample &sample);
    bool readLabelValue(QByteArrayView &value);
    bool readValue(const MetricFamily &family, MetricSample &sample);
    bool checkCount(const MetricFamily &family, const MetricSample &sample);
    MetricFamily &familyOf(QByteArrayView name, bool forSample);

    void skipBlanks()
    {
        while (m_at < m_rest.size() && isLineBlank(m_rest.at(m_at)))
            ++m_at;
    }
    bool atEnd() const { return m_at >= m_rest.size(); }
    char peek() const { return atEnd() ? '\n' : m_rest.at(m_at); }
    QByteArrayView name(bool colons);
    QByteArrayView word();
    bool wrong(const QString &what)
    {
        m_fault = what;
        return false;
    }

    MetricsPage m_page;
    QByteArrayView m_rest; ///< the line
    qsizetype m_at = 0;
    qsizetype m_line = 0;
    QString m_fault;
};

bool ExpositionReader::read()
{
    const QByteArrayView text = m_page.m_text;
    qsizetype at = 0;
    while (at < text.size()) {
        ++m_line;
        qsizetype end = text.indexOf('\n', at);
        if (end < 0)
            end = text.size();
        QByteArrayView line = text.sliced(at, end - at);
        if (line.endsWith('\r'))
            line.chop(1);
        if (!readLine(line))
            return false;
        at = end + 1;
    }
    return true;
}

bool ExpositionReader::readLine(QByteArrayView line)
{
    while (!line.isEmpty() && isLineBlank(line.back()))
        line.chop(1);
    m_rest = line;
    m_at = 0;
    skipBlanks();
    if (atEnd())
        return true;
    if (peek() != '#')
        return readSample();
    ++m_at;
    return readComment();
}

QByteArrayView ExpositionReader::name(bool colons)
{
    const qsizetype start = m_at;
    while (!atEnd()) {
        const char c = m_rest.at(m_at);
        if (!isLetter(c) && !(colons && c == ':') && !(isDigit(c) && m_at > start))
            break;
        ++m_at;
    }
    return m_rest.sliced(start, m_at - start);
}

QByteArrayView ExpositionReader::word()
{
    const qsizetype start = m_at;
    while (!atEnd() && !isLineBlank(m_rest.at(m_at)))
        ++m_at;
    return m_rest.sliced(start, m_at - start);
}

bool ExpositionReader::readComment()
{
    skipBlanks();
    const QByteArrayView keyword = word();
    const bool help = keyword == "HELP";
    if (!help && keyword != "TYPE")
        return true;
    skipBlanks();
    if (atEnd())
        return true; // a comment that happens to be that word
    const QByteArrayView metric = name(true);
    if (metric.isEmpty() || !(atEnd() || isLineBlank(peek())))
        return wrong(QStringLiteral("invalid metric name in a comment: %1")
                         .arg(shown(m_rest.sliced(m_at - metric.size()))));
    if (atEnd())
        return true;
    skipBlanks();
    MetricFamily &family = familyOf(metric, false);
    return help ? readHelp(family) : readType(family);
}

bool ExpositionReader::readHelp(MetricFamily &family)
{
    if (family.help)
        return wrong(QStringLiteral("second HELP line for %1").arg(shown(family.name)));
    QByteArray text;
    for (; !atEnd(); ++m_at) {
        if (peek() != '\\') {
            text += peek();
            continue;
        }
        ++m_at;
        if (peek() != '\\' && peek() != 'n')
            return wrong(atEnd() ? QStringLiteral("HELP text ends in a backslash")
                                 : QStringLiteral("invalid escape in HELP text: %1")
                                       .arg(shown(m_rest.sliced(m_at - 1, 2))));
        text += peek() == 'n' ? '\n' : '\\';
    }
    family.help = text;
    return true;
}

bool ExpositionReader::readType(MetricFamily &family)
{
    if (family.hasType || !family.samples.isEmpty())
        return wrong(QStringLiteral("second TYPE line for %1, or TYPE after its samples")
                         .arg(shown(family.name)));
    const QByteArrayView told = m_rest.sliced(m_at);
    for (const MetricType type : {MetricType::Untyped, MetricType::Counter, MetricType::Gauge,
                                  MetricType::Histogram, MetricType::Summary}) {
        if (sameWord(told, metricTypeName(type).constData())) {
            family.type = type;
            family.hasType = true;
            return true;
        }
    }
    return wrong(QStringLiteral("unknown metric type %1").arg(shown(told)));
}

/// The family that a name belongs to: _sum, _count and _bucket belong to a histogram or summary
/// only when its TYPE has said that it is one.
MetricFamily &ExpositionReader::familyOf(QByteArrayView name, bool forSample)
{
    const QHash<QByteArrayView, qsizetype>::const_iterator known = m_page.m_byName.constFind(name);
    if (known != m_page.m_byName.constEnd())
        return m_page.families[*known];
    for (const char *suffix : {"_count", "_sum", "_bucket"}) {
        if (!forSample || !name.endsWith(suffix))
            continue;
        const QHash<QByteArrayView, qsizetype>::const_iterator base =
            m_page.m_byName.constFind(name.chopped(qsizetype(qstrlen(suffix))));
        if (base == m_page.m_byName.constEnd())
            continue;
        MetricFamily &family = m_page.families[*base];
        const bool bucket = suffix[1] == 'b';
        if (family.type == MetricType::Histogram || (family.type == MetricType::Summary && !bucket))
            return family;
    }
    m_page.m_byName.insert(name, m_page.families.size());
    m_page.families.append(MetricFamily{.name = name});
    return m_page.families.last();
}

bool ExpositionReader::readSample()
{
    const QByteArrayView metric = name(true);
    if (metric.isEmpty())
        return wrong(QStringLiteral("invalid metric name: %1").arg(shown(m_rest.sliced(m_at))));
    MetricFamily &family = familyOf(metric, true);
    MetricSample sample{.name = metric, .firstLabel = m_page.labels.size()};
    skipBlanks();
    if (peek() == '{' && !readLabels(family, sample))
        return false;
    sample.labelCount = m_page.labels.size() - sample.firstLabel;
    if (!readValue(family, sample))
        return false;
    family.samples.append(sample);
    return true;
}

bool ExpositionReader::readLabels(MetricFamily &family, MetricSample &sample)
{
    ++m_at;
    while (true) {
        skipBlanks();
        if (peek() == '}') {
            ++m_at;
            return true;
        }
        if (!readLabel(family, sample))
            return false;
        skipBlanks();
        if (peek() == ',')
            ++m_at;
        else if (peek() != '}')
            return wrong(QStringLiteral("expected ',' or '}' after a label value of %1")
                             .arg(shown(sample.name)));
    }
}

bool ExpositionReader::readLabel(MetricFamily &family, MetricSample &sample)
{
    MetricLabel label{.name = name(false)};
    if (label.name.isEmpty())
        return wrong(QStringLiteral("invalid label name for %1: %2")
                         .arg(shown(sample.name), shown(m_rest.sliced(m_at))));
    if (label.name == "__name__")
        return wrong(QStringLiteral("label name '__name__' is reserved"));
    skipBlanks();
    if (peek() != '=')
        return wrong(QStringLiteral("expected '=' after label name %1").arg(shown(label.name)));
    ++m_at;
    skipBlanks();
    if (peek() != '"')
        return wrong(QStringLiteral("expected '\"' at the start of the value of label %1")
                         .arg(shown(label.name)));
    ++m_at;
    if (!readLabelValue(label.value))
        return false;
    for (qsizetype i = sample.firstLabel; i < m_page.labels.size(); ++i) {
        if (m_page.labels.at(i).name == label.name)
            return wrong(QStringLiteral("duplicate label %1 of %2")
                             .arg(shown(label.name), shown(sample.name)));
    }
    const bool bound = (family.type == MetricType::Histogram && label.name == "le") ||
                       (family.type == MetricType::Summary && label.name == "quantile");
    if (bound && !number(label.value))
        return wrong(QStringLiteral("expected a number as value of label %1, got %2")
                         .arg(shown(label.name), shown(label.value)));
    m_page.labels.append(label);
    return true;
}

bool ExpositionReader::readLabelValue(QByteArrayView &value)
{
    const qsizetype start = m_at;
    while (!atEnd() && peek() != '"' && peek() != '\\')
        ++m_at;
    value = m_rest.sliced(start, m_at - start);
    if (peek() == '\\') {
        QByteArray text = value.toByteArray();
        while (!atEnd() && peek() != '"') {
            char c = peek();
            if (c == '\\') {
                ++m_at;
                c = peek();
                if (atEnd() || (c != '\\' && c != '"' && c != 'n'))
                    return wrong(QStringLiteral("invalid escape in a label value: %1")
                                     .arg(shown(m_rest.sliced(m_at - 1))));
                c = c == 'n' ? '\n' : c;
            }
            text += c;
            ++m_at;
        }
        m_page.m_unescaped.append(text);
        value = m_page.m_unescaped.last();
    }
    if (atEnd())
        return wrong(QStringLiteral("the line ends within a label value"));
    ++m_at;
    if (!QUtf8StringView(value).isValidUtf8())
        return wrong(QStringLiteral("label value is not UTF-8: %1").arg(shown(value)));
    return true;
}

bool ExpositionReader::readValue(const MetricFamily &family, MetricSample &sample)
{
    skipBlanks();
    const QByteArrayView value = word();
    const std::optional<double> parsed = number(value);
    if (!parsed)
        return wrong(QStringLiteral("expected a number as value of %1, got %2")
                         .arg(shown(sample.name), shown(value)));
    sample.value = *parsed;
    if (!checkCount(family, sample))
        return false;
    skipBlanks();
    if (atEnd())
        return true;
    const QByteArrayView stamp = word();
    sample.timestampMs = wholeNumber(stamp);
    if (!sample.timestampMs)
        return wrong(QStringLiteral("expected a whole number of milliseconds as timestamp, got %1")
                         .arg(shown(stamp)));
    skipBlanks();
    if (!atEnd())
        return wrong(
            QStringLiteral("something follows the timestamp: %1").arg(shown(m_rest.sliced(m_at))));
    return true;
}

bool ExpositionReader::checkCount(const MetricFamily &family, const MetricSample &sample)
{
    const bool counts = sample.name.size() != family.name.size() &&
                        (sample.name.endsWith("_count") || sample.name.endsWith("_bucket"));
    if (counts && sample.value < 0)
        return wrong(QStringLiteral("negative count of %1").arg(shown(sample.name)));
    return true;
}

Result<MetricsPage> readExposition(const QByteArray &text, const QString &source, qint64 limit)
{
    if (text.size() > limit)
        return fail(ErrorCode::TooLarge,
                    QStringLiteral("%1: a metrics page of %2 bytes is above the limit of %3")
                        .arg(source)
                        .arg(text.size())
                        .arg(limit));
    ExpositionReader reader(text);
    if (!reader.read())
        return fail(
            ErrorCode::MetricsInvalid,
            QStringLiteral("%1:%2: %3").arg(source).arg(reader.lineNumber()).arg(reader.fault()),
            QStringLiteral(
                "The page is refused whole: compare the line with the text format 0.0.4."));
    return reader.takePage();
}

} // namespace understudy
