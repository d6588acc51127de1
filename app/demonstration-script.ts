/** Who is there in the demonstration, and what they say to each other. Nothing of it is about anybody. */
import type { FriendshipState } from './resources/friendship.ts'

/** A colour of a picture: red, green and blue, 0 to 255. */
export type Colour = readonly [number, number, number]

/** A picture: a sky from one colour to the other, and hills before it. */
export interface Scene {
  readonly sky: readonly [Colour, Colour]
  readonly hills: Colour
  /** Where the sun is: 0 at the left or top, 1 at the right or bottom. */
  readonly sun: readonly [number, number]
}

/** Somebody. */
export interface Actor {
  readonly username: string
  readonly full_name: string
  readonly about: string
  /** Of its picture. */
  readonly colour: Colour
}

/** Something that is said. */
export interface Line {
  readonly by: string
  readonly text: string
  /** Which line it answers, from 1. */
  readonly answers?: number
  /** What it said before. */
  readonly was?: string
  readonly isDeleted?: boolean
  readonly photo?: { readonly name: string; readonly scene: Scene }
  /** Emoji, and who gave them. */
  readonly reactions?: Readonly<Record<string, readonly string[]>>
}

/** A conversation. Its first member owns it. */
export interface Scripted {
  /** Absent: it is of two people. */
  readonly title?: string
  readonly members: readonly string[]
  /** When its last line was said. */
  readonly minutesAgo: number
  readonly lines: readonly Line[]
  /** How many of the last lines somebody has not read; the others have read all. */
  readonly unread?: Readonly<Record<string, number>>
}

export const ACTORS: readonly Actor[] = Object.freeze([
  {
    username: 'olena',
    full_name: 'Олена Коваль',
    about: 'Сад, книги, чай 🍵',
    colour: [214, 104, 83],
  },
  {
    username: 'mateusz',
    full_name: 'Mateusz Wójcik',
    about: 'Rower i góry.',
    colour: [70, 130, 180],
  },
  { username: 'yuki', full_name: '佐藤 雪', about: '写真が好きです 📷', colour: [148, 112, 190] },
  {
    username: 'amina',
    full_name: 'أمينة حداد',
    about: 'أحب الخبز والموسيقى',
    colour: [46, 139, 115],
  },
  { username: 'priya', full_name: 'प्रिया शर्मा', about: 'चाय और गणित', colour: [222, 140, 60] },
  {
    username: 'lukas',
    full_name: 'Lukas Brandt',
    about: 'Bäckt jeden Sonntag Brot.',
    colour: [120, 92, 70],
  },
  {
    username: 'sofia',
    full_name: 'Sofía Ramírez',
    about: 'Toco el violín 🎻',
    colour: [190, 70, 110],
  },
  {
    username: 'dmitri',
    full_name: 'Дмитрий Орлов',
    about: 'Шахматы и лыжи',
    colour: [60, 90, 140],
  },
  { username: 'eleni', full_name: 'Ελένη Παππά', about: 'Θάλασσα, πάντα.', colour: [40, 150, 190] },
  {
    username: 'noah',
    full_name: 'Noah Okafor',
    about: 'Runs early, reads late.',
    colour: [96, 140, 60],
  },
  { username: 'minjun', full_name: '김민준', about: '산책과 커피 ☕', colour: [170, 120, 90] },
  {
    username: 'zofia',
    full_name: 'Zofia Nowak',
    about: 'Kot ma na imię Pixel 🐈',
    colour: [110, 110, 160],
  },
])

/** What the first is to the second, and the second to the first. */
export const BONDS: readonly (readonly [
  string,
  string,
  FriendshipState | undefined,
  FriendshipState | undefined,
])[] = Object.freeze([
  ['admin', 'olena', 'friends', 'friends'],
  ['admin', 'mateusz', 'friends', 'friends'],
  ['admin', 'yuki', 'friends', 'friends'],
  ['admin', 'noah', 'friends', 'friends'],
  ['priya', 'admin', 'requested', 'asked'],
  ['minjun', 'admin', 'requested', 'asked'],
  ['admin', 'eleni', 'requested', 'asked'],
  ['olena', 'zofia', 'friends', 'friends'],
  ['mateusz', 'zofia', 'friends', 'friends'],
  ['lukas', 'amina', 'friends', 'friends'],
  ['sofia', 'eleni', 'friends', 'friends'],
  ['dmitri', 'sofia', 'requested', 'refused'],
  ['amina', 'dmitri', 'blocked', undefined],
])

const MORNING: Scene = {
  sky: [
    [255, 214, 170],
    [130, 170, 220],
  ],
  hills: [60, 90, 70],
  sun: [0.3, 0.45],
}
const SEA: Scene = {
  sky: [
    [180, 225, 250],
    [60, 140, 200],
  ],
  hills: [20, 95, 140],
  sun: [0.75, 0.25],
}
const DUSK: Scene = {
  sky: [
    [255, 140, 90],
    [70, 50, 110],
  ],
  hills: [40, 30, 60],
  sun: [0.5, 0.6],
}
const SNOW: Scene = {
  sky: [
    [225, 235, 245],
    [150, 180, 215],
  ],
  hills: [240, 245, 250],
  sun: [0.2, 0.2],
}

export const CONVERSATIONS: readonly Scripted[] = Object.freeze([
  {
    title: 'Garden 🌻',
    members: ['olena', 'admin', 'mateusz', 'zofia', 'noah', 'lukas'],
    minutesAgo: 12,
    unread: { admin: 2, lukas: 5 },
    lines: [
      {
        by: 'olena',
        text: 'Доброго ранку! Перші помідори вже червоні 🍅',
        reactions: { '😍': ['zofia', 'noah'], '🍅': ['admin'] },
      },
      { by: 'mateusz', text: 'Super! U mnie na razie tylko ogórki.' },
      {
        by: 'noah',
        text: 'Who waters on Saturday? I can take the morning.',
        was: 'Who waters on Saturday?',
      },
      { by: 'zofia', text: 'Ja mogę wieczorem, po siódmej.', answers: 3 },
      {
        by: 'admin',
        text: 'Noah in the morning, Zofia in the evening. Thank you both 💚',
        reactions: { '👍': ['noah', 'zofia', 'olena'] },
      },
      { by: 'lukas', text: 'Ich bringe am Sonntag Brot mit. Roggen oder Dinkel?' },
      { by: 'olena', text: 'Житній, будь ласка!', answers: 6, reactions: { '😋': ['lukas'] } },
      {
        by: 'noah',
        text: 'This was the sky at six today.',
        photo: { name: 'morning.jpg', scene: MORNING },
        reactions: { '😮': ['olena', 'mateusz'], '❤️': ['zofia'] },
      },
      { by: 'zofia', text: '', isDeleted: true },
      { by: 'mateusz', text: 'Piękne. Gdzie to jest?', answers: 8 },
      { by: 'noah', text: 'From the bench by the pond.', answers: 10 },
      { by: 'olena', text: '@admin чи є ще місце для полуниці? 🍓' },
    ],
  },
  {
    title: 'Weekend in the mountains',
    members: ['mateusz', 'admin', 'yuki', 'dmitri', 'eleni'],
    minutesAgo: 95,
    unread: { admin: 1, eleni: 4 },
    lines: [
      { by: 'mateusz', text: 'Pociąg jest o 7:42. Kto jedzie?' },
      {
        by: 'yuki',
        text: '行きます！カメラも持っていきます 📷',
        reactions: { '🎉': ['mateusz', 'admin'] },
      },
      { by: 'dmitri', text: 'Я с лыжами, если будет снег ⛷️' },
      {
        by: 'eleni',
        text: 'Εγώ προτιμώ τη θάλασσα… αλλά έρχομαι!',
        reactions: { '😂': ['mateusz', 'yuki', 'dmitri'] },
      },
      {
        by: 'dmitri',
        text: 'Вот так было в прошлом году.',
        photo: { name: 'снег.jpg', scene: SNOW },
        reactions: { '🤩': ['yuki'] },
      },
      { by: 'admin', text: 'I am in. Who has a second map?' },
      { by: 'yuki', text: '地図は二枚あります。', answers: 6 },
      { by: 'mateusz', text: '@admin weź ciepłe rękawiczki 🧤', was: '@admin weź rękawiczki' },
    ],
  },
  {
    title: 'Kitchen table',
    members: ['lukas', 'amina', 'priya', 'sofia', 'minjun', 'admin'],
    minutesAgo: 340,
    lines: [
      { by: 'lukas', text: 'Sauerteig, Tag 3. Er lebt!', reactions: { '👏': ['amina', 'priya'] } },
      { by: 'amina', text: 'رائع! رائحته طيبة؟' },
      { by: 'lukas', text: 'Nach Apfel, ein wenig.', answers: 2 },
      { by: 'priya', text: 'कल मैं मसाला चाय बनाऊँगी ☕', reactions: { '❤️': ['minjun', 'sofia'] } },
      { by: 'minjun', text: '저는 김치전을 가져갈게요 🥞' },
      { by: 'sofia', text: '¿A las ocho está bien?' },
      { by: 'admin', text: 'Eight is fine.', answers: 6, reactions: { '👌': ['sofia'] } },
    ],
  },
  {
    members: ['admin', 'olena'],
    minutesAgo: 25,
    unread: { admin: 1 },
    lines: [
      { by: 'admin', text: 'How was the sea?' },
      {
        by: 'olena',
        text: 'Тихо й тепло 🌊',
        photo: { name: 'море.jpg', scene: SEA },
        reactions: { '💙': ['admin'] },
      },
      { by: 'admin', text: 'Beautiful. When are you back?' },
      { by: 'olena', text: 'У неділю ввечері.', answers: 3 },
    ],
  },
  {
    members: ['admin', 'yuki'],
    minutesAgo: 1500,
    lines: [
      { by: 'yuki', text: '昨日の夕焼けです', photo: { name: '夕焼け.jpg', scene: DUSK } },
      { by: 'admin', text: 'Wow. May I use it as my background?', reactions: { '🙏': ['yuki'] } },
      { by: 'yuki', text: 'もちろん！' },
    ],
  },
  {
    members: ['noah', 'admin'],
    minutesAgo: 4300,
    lines: [
      { by: 'noah', text: 'Run on Tuesday?' },
      { by: 'admin', text: 'Wednesday would be better.', was: 'Wendesday would be better.' },
      { by: 'noah', text: 'Wednesday it is 🏃' },
    ],
  },
  {
    members: ['sofia', 'eleni'],
    minutesAgo: 610,
    unread: { eleni: 2 },
    lines: [
      { by: 'sofia', text: '¿Ensayamos el jueves? 🎻' },
      { by: 'sofia', text: 'Tengo la partitura nueva.' },
    ],
  },
])
