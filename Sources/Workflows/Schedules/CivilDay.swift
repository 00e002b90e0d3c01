/// A day of the proleptic Gregorian calendar, counted from 1970-01-01.
struct CivilDay: Sendable, Hashable {
    let number: Int64
    let year: Int
    let month: Int
    let day: Int

    init(number: Int64) {
        self.number = number
        // Years are counted from March, so that the leap day is the last of its year; eras have 400 years.
        let shifted = number + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
        month = Int(monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9)
        year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
    }

    /// The day of a moment, in seconds since 1970 of a clock without time zone.
    init(containing seconds: Int64) {
        self.init(number: seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400)
    }

    var secondsSinceEpoch: Int64 { number * 86_400 }

    /// 0 for Sunday. 1970-01-01 was a Thursday.
    var weekday: Int { Int(((number + 4) % 7 + 7) % 7) }

    func advanced(by days: Int64) -> CivilDay { CivilDay(number: number + days) }
}
