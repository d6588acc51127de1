/**
 * Passwords that everybody tries first, in lower case. Written down for this project from general
 * knowledge of what is used most: words people love, names, teams, places, keyboard paths and what
 * administrators forget to change. Digits and signs around an entry, and digits for letters in it,
 * are seen through by `password-policy.ts`.
 */

/** Words that make a common password once digits and signs are added, and whole common passwords. */
export const COMMON_PASSWORDS: ReadonlySet<string> = new Set(
  `
  password passwords passwort passwd passphrase passcode passkey motdepasse contrasena contraseña senha wachtwoord
  lozinka haslo heslo salasana parola sifre mypassword thepassword yourpassword newpassword oldpassword
  password1234 passwordpassword passpass passme password1password nopassword defaultpassword temppassword
  secret secrets mysecret topsecret letmein letmeinnow letmeinplease openup opensesame opensesame1 sesame
  welcome welcomeback welcomehome welcomeuser bienvenue willkommen bienvenido benvenuto benvenuti
  login loginlogin logmein signin username usernames user users testuser newuser myuser superuser
  admin admins administrator administrador administrateur adminadmin sysadmin rootroot root rootuser toor
  adminroot adminpass adminpassword rootpassword rootpass userpass userpassword webadmin webmaster postmaster
  guest guestguest guestuser default defaults changeme changemenow changeit changethis change please
  temp temporary tempuser test testing tester testtest testtesttest testpass testpassword demo demodemo demouser
  example sample trial private public system server database backup oracle mysql postgres postgresql mongodb
  redis docker jenkins kubernetes tomcat cisco ubuntu debian windows microsoft macintosh android iphone samsung
  google facebook twitter instagram whatsapp telegram youtube netflix amazon linkedin yahoo hotmail gmail
  myspace minecraft fortnite pokemon pikachu nintendo playstation xboxlive roblox warcraft worldofwarcraft starcraft
  counterstrike callofduty leagueoflegends assassin finalfantasy zelda sonic mario supermario luigi
  messenger messaging holdfast application internet computer computers laptop keyboard monitor software hardware
  developer programmer hacker hackers hacking security secure access accessgranted accessdenied control
  qwerty qwertyqwerty qwertyuiop qwertyui qwertyasdf qwerasdf qwerasdfzxcv qweasd qweasdzxc qweqweqwe qwe123qwe
  qwertz qwertzuiop azerty azertyuiop asdf asdfgh asdfghjkl asdfasdf asdfasdfasdf asdqwe asdzxc asdasdasd zxcvbn zxcvbnm
  zxcvbnm123 zxczxczxc poiuytrewq lkjhgfdsa mnbvcxz mnbvcxzlkjhgfdsa dvorak qazwsx qazwsxedc qazwsxedcrfv
  1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1q2w3e 1qaz2wsx 1qaz2wsx3edc 1qaz2wsx3edc4rfv 1qazxsw2 2wsx3edc 3edc4rfv zaq12wsx
  zaq1zaq1 zaq1xsw2 zaq!2wsx 1qaz@wsx !qaz2wsx !qaz@wsx q1w2e3r4 q1w2e3r4t5 q1w2e3r4t5y6 a1s2d3f4 a1s2d3f4g5 z1x2c3v4
  1a2b3c4d 1a2b3c4d5e a1b2c3d4 a1b2c3d4e5 aa123456 ab123456 abc12345 abcd1234 abcde12345 abcdef123456 abc123abc
  123abc123 123qweasd 123qweasdzxc 123qwe123 qwe123456 qwer1234 qwert12345 qwerty12345 asd123456 asdf1234 zxc123456
  123456a 123456ab 123456abc 1234abcd 12345abcd 12345qwert 1234qwer 123456qwerty 123123qwe 12qwaszx qwaszx
  12341234 12344321 123454321 1234554321 12345654321 123321123 123456654321 123456123456 12345612 123412345
  112233 11223344 1122334455 112233445566 123123123 121212 12121212 131313 13131313 147258369 147147147 159357
  159753 15975300 159159159 159357258 258258258 258456258 321321321 369369369 741852963 789456123 789456 456456456
  987654321 98765432 9876543210 963852741 753951852 13579246 1357924680 2468013579 24681012 102030405060 10203040
  01010101 10101010 11112222 11111222 12312312 20202020 19901990 19911991 20002000 20012001 77778888 88889999
  31415926 314159265 3141592653 27182818 271828182 16180339 00700700 13371337 42424242 69696969 66669999
  iloveyou iloveyoul iloveyousomuch iloveyoubaby iloveme ilovemyself ilovehim iloveher ilovegod ilovejesus ilovemom
  ilovemum ilovedad ilovemydog ilovemycat ilovemylife ilovemywife ilovemyhusband ilovemyfamily ihateyou imissyou ineedyou
  loveyou lovelove lovely lovelylove loveme lover lovers truelove mylove onelove firstlove foreverlove loveforever
  teamo tequiero tequieromucho teamomucho jetaime ichliebedich tiamo tiamotanto tiamoamore amor amore amorcito mivida micorazon corazon
  family myfamily mother father brother sister sisters brothers daughter grandma grandpa babygirl babyboy
  baby babyface babydoll bebita bestfriend bestfriends friend friends friendship forever foreveryoung together
  princess princesa prinzessin princesse princess1 queen kingking king beautiful gorgeous pretty prettygirl handsome
  sweetheart sweetie sweety sweetgirl honey honeybee honeybunny cupcake cookie cookies chocolate strawberry blueberry
  cherry banana apples apple applepie orange oranges lemon lemonade peaches watermelon pineapple coffee cheese
  cheesecake pancake pepper peppermint ginger cinnamon vanilla butter butterfly butterscotch pizza pizzapizza chicken
  hamburger hotdog spaghetti potato tomato pickle pumpkin peanut peanuts popcorn jellybean marshmallow snickers cocacola pepsi
  sunshine sunflower sunset sunrise sunny moonlight moon starlight starlight1 stars superstar rockstar popstar
  rainbow rainbows snowball snowflake snowman winter summer spring autumn summertime wintertime summerlove
  january february march april june july august september october november december
  monday tuesday wednesday thursday friday saturday sunday weekend holiday holidays vacation birthday
  happybirthday christmas merrychristmas halloween easter newyear happynewyear valentine
  monkey monkeys dragon dragons dragonfly dragonball tiger tigers tigger lion lions panther panthers leopard cougar jaguar
  eagle eagles falcon falcons hawk phoenix raven ravens buffalo bulldog bulldogs doggie doggy puppy puppies kitten kittens
  kitty kittycat hellokitty catcat dolphin dolphins penguin penguins turtle elephant giraffe hamster
  rabbit bunny horse horses mustang stallion pony unicorn unicorns spider scorpion cobra viper shark sharks
  wolf wolves wolverine werewolf bear bears teddybear panda gorilla chicken1 duck ducks rooster lobster octopus
  buddy buster bandit bailey charlie max maggie molly lucky lucky7 rocky rusty sparky shadow smokey snoopy scooby scoobydoo
  garfield simba nemo bambi dumbo mickey mickeymouse minnie donald donaldduck disney disneyland tinkerbell cinderella pocahontas
  batman superman spiderman ironman wonderwoman catwoman captain captainamerica deadpool hulk thor avengers joker
  starwars startrek skywalker lukeskywalker darthvader vader yoda chewbacca hansolo enterprise voyager klingon trustno1
  harrypotter hogwarts gryffindor slytherin dumbledore voldemort hermione gandalf frodo legolas aragorn lordoftherings
  thematrix matrix terminator godfather titanic gladiator braveheart rambo jamesbond sherlock simpsons southpark naruto
  narutouzumaki onepiece sasuke goku vegeta pokemon1 digimon doraemon totoro blackcat blackdog whitecat
  football footballs fussball futbol soccer soccerball baseball basketball volleyball softball hockey icehockey tennis
  golf golfer golfing swimming swimmer running runner skating skateboard snowboard surfing surfer wrestling boxing
  cricket rugby cycling climbing fishing fisherman hunting hunter hunters racing racer dancing dancer
  liverpool liverpoolfc chelsea chelseafc arsenal arsenalfc manchester manutd manunited manchesterunited everton
  tottenham newcastle celtic rangers barcelona realmadrid madrid juventus acmilan intermilan bayern bayernmunich
  dortmund borussia ajax benfica sporting galatasaray fenerbahce besiktas flamengo corinthians palmeiras bocajuniors
  riverplate yankees redsox dodgers giants cowboys steelers packers patriots raiders redskins broncos lakers celtics
  bulls chicagobulls chicago newyork newyorkcity losangeles california texas florida boston dallas houston phoenix1
  denver seattle atlanta orlando miami vegas lasvegas london england paris france berlin germany munich madrid1
  spain italy roma rome napoli milano moscow russia poland warsaw prague vienna amsterdam holland brussels
  canada toronto montreal vancouver australia sydney melbourne newzealand mexico brasil brazil argentina colombia
  venezuela america american africa nigeria india indian pakistan bangladesh philippines indonesia jakarta malaysia
  singapore vietnam thailand bangkok china beijing shanghai hongkong taiwan japan tokyo korea istanbul turkey turkiye
  egypt morocco portugal lisbon ireland irish dublin scotland scottish sweden stockholm norway finland denmark hawaii
  michael michelle matthew jonathan jennifer jessica elizabeth christopher christian christina christine daniel
  danielle david anthony andrew andrea alexander alexandra alexandru alejandro alejandra fernando francisco gabriel gabriela
  benjamin nicholas nicole nathan natalie natasha patrick patricia victoria veronica vanessa valentina samantha samuel
  sebastian stephanie steven robert roberto richard rebecca rachel joshua joseph jordan jordan23 michaeljordan
  william thomas timothy tyler taylor taylorswift justin justinbieber austin ashley amanda angela angelina anderson
  barbara brandon brittany caroline catherine charlotte claudia courtney cristina crystal diamond dominic eduardo
  elizabeth1 florence frederick giovanni gregory heather isabella jackson jasmine jeremy johnson johnjohn katherine kimberly
  lauren lawrence leonardo lorenzo madison marcus margaret marianne martin martina melissa mercedes miguel mohammed muhammad
  mustafa olivia oliver peter phillip raymond ricardo rodrigo sabrina salvador sandra santiago sophie sophia spencer
  stephen suzanne theresa tiffany vincent virginia wilson yasmin zachary
  jesus jesuschrist jesuslovesme christ jesusislord godisgood godislove godbless godblessme blessed blessing angel angels
  angelito angelbaby heaven heavenly faith faithful hallelujah amen buddha krishna allah bismillah inshallah mashallah
  master masters mastermind masterkey maestro boss bigboss president general soldier warrior warriors knight samurai ninja
  ninjaninja pirate pirates wizard witch vampire zombie monster monsters killer killers slayer destroyer hellfire
  hell devil demon satan lucifer angelofdeath death darkness darkside nightmare blackdeath thunder lightning storm hurricane
  fire fireball firefly firefox firebird flames ice iceman icecream water ocean oceans river mountain forest
  flower flowers rose roses daisy lily jasmine1 violet orchid tulip garden paradise freedom liberty justice peace peaceful
  love hope hopeful believe dreams dreamer dreaming imagine inspire happy happyday happiness smile smiley smiles
  laugh funny lucky1 luckyday winner winners champion champions victory legend legends hero heroes superhero
  music musical musician guitar guitars guitarist piano drummer drums metallica nirvana slipknot ironmaiden acdc
  blink182 greenday linkinpark evanescence eminem beatles rollingstones pinkfloyd ledzeppelin bonjovi rammstein
  onedirection directioner justinbieber1 selenagomez rihanna beyonce shakira ladygaga michaeljackson elvis elvispresley
  ferrari porsche lamborghini corvette camaro mercedesbenz bmw audi toyota honda yamaha suzuki kawasaki
  harley harleydavidson chevrolet chevy ford fordmustang subaru mitsubishi nissan ducati motorola nokia sony
  money moneymoney cash dollar dollars million millionaire billionaire bitcoin business company company1 office manager
  student students teacher school highschool college university freedom1 phone telephone number cellphone
  whatever whatsup whocares nothing something anything everything nobody somebody someone anybody blahblah blahblahblah
  fuckyou fuckoff asshole bastard bullshit sexy sexygirl
  sexyboy sexylady hottie hotstuff playboy playgirl naughty badboy badgirl badass bigdaddy
  daddy daddysgirl mommy mamamama mama papa papamama mamapapa papito mamacita
  hello hellohello helloworld hellothere helloo goodbye goodluck goodday goodmorning goodnight hola holahola bonjour
  ciaociao ciao hallo hallohallo servus salut privet zdravstvuy namaste aloha shalom salam
  cowboy cowgirl gangster gangsta thuglife hiphop rapper swagger swagswag yolo yoloyolo thebest thebest1 number1 numberone
  theone thegreat therock undertaker johncena wrestlemania reymysterio
  computer1 access14 trustnoone biteme rosebud blink iceicebaby redrum police cop policeman fireman doctor nurse
  abcabc abcabcabc abcdabcd abcdefgh aaaabbbb aabbccdd asdfqwer correcthorsebatterystaple correcthorse
  purple yellow green black blue blueblue white silver golden goldfish pinkpink pink redred red orange1 blackberry
  `
    .trim()
    .split(/\s+/),
)
